package vyzva;

import eu.europa.esig.dss.enumerations.DigestAlgorithm;
import eu.europa.esig.dss.enumerations.SignatureAlgorithm;
import eu.europa.esig.dss.enumerations.SignatureLevel;
import eu.europa.esig.dss.model.FileDocument;
import eu.europa.esig.dss.model.SignatureValue;
import eu.europa.esig.dss.model.x509.CertificateToken;
import eu.europa.esig.dss.pades.PAdESSignatureParameters;
import eu.europa.esig.dss.pades.SignatureImageTextParameters;
import eu.europa.esig.dss.pades.signature.PAdESService;
import eu.europa.esig.dss.spi.validation.CommonCertificateVerifier;
import java.io.FileInputStream;
import java.io.InputStream;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Collections;

/**
 * Signs one reserved field with DSS, as a program that is not ours. Arguments: the file, the file
 * to be written, the PKCS#12 store, its password, the name of the field.
 */
public final class Sign {

    private Sign() {
    }

    public static void main(String[] arguments) throws Exception {
        char[] password = arguments[3].toCharArray();
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream content = new FileInputStream(arguments[2])) {
            store.load(content, password);
        }
        String alias = Collections.list(store.aliases()).get(0);
        PrivateKey key = (PrivateKey) store.getKey(alias, password);
        Certificate[] chain = store.getCertificateChain(alias);

        PAdESSignatureParameters parameters = new PAdESSignatureParameters();
        parameters.setSignatureLevel(SignatureLevel.PAdES_BASELINE_B);
        parameters.setDigestAlgorithm(DigestAlgorithm.SHA256);
        parameters.setSigningCertificate(new CertificateToken((X509Certificate) chain[0]));
        parameters.setCertificateChain(
            Arrays.stream(chain).map(one -> new CertificateToken((X509Certificate) one)).toList());
        SignatureImageTextParameters shown = new SignatureImageTextParameters();
        shown.setText("DSS");
        parameters.getImageParameters().setTextParameters(shown);
        parameters.getImageParameters().getFieldParameters().setFieldId(arguments[4]);

        FileDocument document = new FileDocument(arguments[0]);
        PAdESService service = new PAdESService(new CommonCertificateVerifier());
        byte[] asked = service.getDataToSign(document, parameters).getBytes();
        boolean isRsa = key.getAlgorithm().equals("RSA");
        Signature signature = Signature.getInstance(isRsa ? "SHA256withRSA" : "SHA256withECDSA");
        signature.initSign(key);
        signature.update(asked);
        SignatureAlgorithm algorithm =
            isRsa ? SignatureAlgorithm.RSA_SHA256 : SignatureAlgorithm.ECDSA_SHA256;
        SignatureValue value = new SignatureValue(algorithm, signature.sign());
        service.signDocument(document, parameters, value).save(arguments[1]);
    }
}
