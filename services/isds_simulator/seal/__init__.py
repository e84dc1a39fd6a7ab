"""Test certificates, the electronic seal, time stamps and ZFO files of the simulator."""
