package vyzva;

import eu.europa.esig.dss.diagnostic.DiagnosticData;
import eu.europa.esig.dss.diagnostic.PDFRevisionWrapper;
import eu.europa.esig.dss.diagnostic.SignatureWrapper;
import eu.europa.esig.dss.enumerations.Indication;
import eu.europa.esig.dss.jaxb.object.Message;
import eu.europa.esig.dss.model.DSSException;
import eu.europa.esig.dss.model.FileDocument;
import eu.europa.esig.dss.simplereport.SimpleReport;
import eu.europa.esig.dss.spi.DSSUtils;
import eu.europa.esig.dss.spi.validation.CommonCertificateVerifier;
import eu.europa.esig.dss.spi.x509.CommonTrustedCertificateSource;
import eu.europa.esig.dss.spi.x509.revocation.crl.ExternalResourcesCRLSource;
import eu.europa.esig.dss.validation.SignedDocumentValidator;
import eu.europa.esig.dss.validation.reports.Reports;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Validates signed files with DSS and its default policy, offline: a line with a path in, a line
 * of JSON out. Arguments: {@code --anchor FILE} and {@code --crl FILE}, each any number of times,
 * and {@code --at INSTANT} for another time of validation than now.
 */
public final class Judge {

    private static final String PICTURE_IN_TREE = ".* /StructTreeRoot .* /Obj \\d+ 0 R /AP /N .*";

    private final CommonTrustedCertificateSource anchors = new CommonTrustedCertificateSource();
    private final List<String> lists = new ArrayList<>();
    private Date at;

    public static void main(String[] arguments) throws IOException {
        Judge judge = new Judge();
        for (int index = 0; index + 1 < arguments.length; index += 2) {
            judge.take(arguments[index], arguments[index + 1]);
        }
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        BufferedReader asked =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String path = asked.readLine(); path != null; path = asked.readLine()) {
            out.println(judge.answer(new File(path)));
        }
    }

    private void take(String option, String value) {
        switch (option) {
            case "--anchor" -> anchors.addCertificate(DSSUtils.loadCertificate(new File(value)));
            case "--crl" -> lists.add(value);
            case "--at" -> at = Date.from(Instant.parse(value));
            default -> throw new IllegalArgumentException(option);
        }
    }

    /** Nothing is fetched: revocation data come from the file or from the given lists. */
    private CommonCertificateVerifier verifier() {
        CommonCertificateVerifier verifier = new CommonCertificateVerifier();
        verifier.setTrustedCertSources(anchors);
        verifier.setAIASource(null);
        if (!lists.isEmpty()) {
            verifier.setCrlSource(new ExternalResourcesCRLSource(lists.stream()
                .map(FileDocument::new).toArray(FileDocument[]::new)));
        }
        return verifier;
    }

    /** A file that cannot be read gets an answer as well: a judge must never fall silent. */
    private String answer(File file) {
        try {
            SignedDocumentValidator validator =
                SignedDocumentValidator.fromDocument(new FileDocument(file));
            validator.setCertificateVerifier(verifier());
            if (at != null) {
                validator.setValidationTime(at);
            }
            return told(validator.validateDocument());
        } catch (DSSException | IllegalArgumentException | UnsupportedOperationException error) {
            return "{\"error\": " + quoted(error.toString())
                + ", \"signatures\": [], \"records\": []}";
        }
    }

    private String told(Reports reports) {
        SimpleReport simple = reports.getSimpleReport();
        DiagnosticData diagnostic = reports.getDiagnosticData();
        return simple.getSignatureIdList().stream()
            .map(id -> signature(simple, diagnostic.getSignatureById(id), id))
            .collect(Collectors.joining(", ", "{\"error\": null, \"signatures\": [", "]"))
            + simple.getEvidenceRecordIdList().stream()
                .map(id -> record(simple, id))
                .collect(Collectors.joining(", ", ", \"records\": [", "]}"));
    }

    /** An evidence record (RFC 4998) with its tree and all its time stamps. */
    private static String record(SimpleReport simple, String id) {
        return "{\"indication\": " + quoted(simple.getIndication(id).name())
            + ", \"sub_indication\": " + quoted(String.valueOf(simple.getSubIndication(id)))
            + ", \"findings\": [" + simple.getAdESValidationErrors(id).stream()
                .map(Message::getValue).map(Judge::quoted).collect(Collectors.joining(", "))
            + "]}";
    }

    private String signature(SimpleReport simple, SignatureWrapper found, String id) {
        List<String> findings = new ArrayList<>();
        simple.getAdESValidationErrors(id).stream().map(Message::getValue).forEach(findings::add);
        findings.addAll(changes(found.getPDFRevision()));
        Indication indication = simple.getIndication(id);
        return "{\"by\": " + quoted(simple.getSignedBy(id))
            + ", \"format\": " + quoted(String.valueOf(simple.getSignatureFormat(id)))
            + ", \"indication\": " + quoted(indication.name())
            + ", \"sub_indication\": " + quoted(String.valueOf(simple.getSubIndication(id)))
            + ", \"time_stamps\": " + found.getTimestampList().size()
            + ", \"findings\": [" + findings.stream().map(Judge::quoted)
                .collect(Collectors.joining(", ")) + "]}";
    }

    /**
     * DSS only warns of objects changed by a later revision; here such a file fails.
     *
     * <p>The picture of a field signed later counts as filling a form where DSS meets it in the
     * page, but not where it meets it in the structure tree first.
     */
    private static List<String> changes(PDFRevisionWrapper revision) {
        if (revision == null) {
            return List.of();
        }
        return Stream.of(revision.getPdfUndefinedChanges(), revision.getPdfAnnotationChanges())
            .flatMap(List::stream)
            .filter(item -> !item.getValue().matches(PICTURE_IN_TREE))
            .map(item -> "changed after signing: " + item.getAction() + " " + item.getValue())
            .toList();
    }

    private static String quoted(String text) {
        StringBuilder told = new StringBuilder("\"");
        for (char sign : String.valueOf(text).toCharArray()) {
            if (sign == '"' || sign == '\\') {
                told.append('\\').append(sign);
            } else if (sign < ' ') {
                told.append(String.format("\\u%04x", (int) sign));
            } else {
                told.append(sign);
            }
        }
        return told.append('"').toString();
    }
}
