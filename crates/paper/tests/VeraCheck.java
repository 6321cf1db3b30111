import java.io.FileInputStream;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;

/**
 * Asks veraPDF whether files keep to the profiles: {@code VeraCheck 2a,ua1 FILE …}. A line for each
 * file and profile, with the broken rules; ends with 1 when one does not comply.
 */
class VeraCheck {
    public static void main(String[] args) throws Exception {
        VeraGreenfieldFoundryProvider.initialise();
        boolean compliant = true;
        for (String file : List.of(args).subList(1, args.length)) {
            for (String profile : args[0].split(",")) {
                compliant &= complies(file, PDFAFlavour.fromString(profile));
            }
        }
        System.exit(compliant ? 0 : 1);
    }

    private static boolean complies(String file, PDFAFlavour profile) throws Exception {
        try (var content = new FileInputStream(file);
                var parser = Foundries.defaultInstance().createParser(content, profile);
                var validator = Foundries.defaultInstance().createValidator(profile, false)) {
            var result = validator.validate(parser);
            System.out.printf("%s %s: compliant=%b, %d checks%n", file, profile.getId(),
                    result.isCompliant(), result.getTotalAssertions());
            Map<String, String> broken = new TreeMap<>();
            for (TestAssertion x : result.getTestAssertions()) {
                if (x.getStatus() == TestAssertion.Status.FAILED) {
                    var rule = x.getRuleId();
                    broken.putIfAbsent(rule.getClause() + "-" + rule.getTestNumber(), x.getMessage());
                }
            }
            broken.forEach((rule, says) -> System.out.printf("  %s %s%n", rule, says));
            return result.isCompliant() && result.getTotalAssertions() > 0;
        }
    }
}
