"""The words of every record and letter of evaluation, in Czech, as content for documents."""
