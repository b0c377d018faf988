import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * Judges the reports of a test run, from the root of the project: a test class without a report, or
 * a test that was skipped for a reason that this machine does not excuse, is a failure as well.
 *
 * <p>Arguments: the excused reasons, as parts of the messages of skipped tests. The last line of
 * stdout counts the tests; the exit code is 0 if all is well, else 1.
 */
class TestReports {
  private static final Pattern IS_TEST =
      Pattern.compile("(?m)^\\s*@(Test|ParameterizedTest|RepeatedTest|TestFactory|Property|Example)\\b");

  /** What only others extend or implement has no report of its own. */
  private static final Pattern IS_ABSTRACT =
      Pattern.compile("(?m)^(public )?(abstract class|(sealed )?interface) ");

  /** How much is told of a failure, in characters: all of it is in the report. */
  private static final int CAUSE_LENGTH = 300;

  /** Of these the last ones, which tell what was expected after all that there was. */
  private static final int END_LENGTH = 100;

  /** What this machine keeps to itself, by the names of variables of the environment. */
  private static final Pattern NAME_OF_SECRET =
      Pattern.compile("(?i).*(secret|passw|passphrase|token|credential|access_key).*");

  /** Nobody guesses a longer word by chance; a shorter one would be found in any text. */
  private static final int SHORTEST_SECRET = 4;

  private final List<String> excused;
  private final Set<String> reported = new TreeSet<>();
  private final List<String> problems = new ArrayList<>();
  private int passed;
  private int failed;
  private int skipped;

  TestReports(List<String> excused) {
    this.excused = excused;
  }

  public static void main(String[] excused) throws Exception {
    TestReports reports = new TestReports(List.of(excused));
    reports.readReports();
    reports.lookForTestsWithoutReport();
    // Maven may have left the cursor within a line.
    System.out.println();
    reports.problems.forEach(problem -> System.out.println("FAILED: " + oneLine(problem)));
    System.out.printf(
        "%d passed, %d failed, %d skipped%n", reports.passed, reports.failed, reports.skipped);
    System.exit(reports.problems.isEmpty() && reports.passed > 0 ? 0 : 1);
  }

  private void readReports() throws Exception {
    DocumentBuilder parser = DocumentBuilderFactory.newInstance().newDocumentBuilder();
    for (Path file : files("target/surefire-reports", "TEST-.*\\.xml")) {
      Element suite = parser.parse(file.toFile()).getDocumentElement();
      elements(suite, "testcase").forEach(this::count);
      if (has(suite, "testcase")) {
        // jqwik's test cases have the simple name of their class only.
        reported.add(suite.getAttribute("name"));
      }
    }
  }

  private void count(Element test) {
    String name = test.getAttribute("classname") + " " + test.getAttribute("name");
    reported.add(test.getAttribute("classname"));
    if (has(test, "failure") || has(test, "error")) {
      failed++;
      problems.add(name + cause(test));
    } else if (has(test, "skipped")) {
      skipped++;
      String reason = reason(test);
      if (excused.stream().noneMatch(reason::contains)) {
        problems.add(name + ": skipped, but this machine can run it: " + reason);
      }
    } else {
      passed++;
    }
  }

  /** Beginning and end of what it says; an exception without a message is named. */
  private static String cause(Element test) {
    Element failure =
        Stream.concat(elements(test, "failure"), elements(test, "error")).findFirst().orElseThrow();
    String message = failure.getAttribute("message");
    String text = oneLine(message.isBlank() ? firstLine(failure.getTextContent()) : message);
    return ": "
        + (text.length() <= CAUSE_LENGTH
            ? text
            : text.substring(0, CAUSE_LENGTH - END_LENGTH)
                + " … "
                + text.substring(text.length() - END_LENGTH));
  }

  private static String firstLine(String text) {
    return text.strip().lines().findFirst().orElse("no reason given");
  }

  /** On one line, without what a terminal obeys, and without secrets of this machine. */
  private static String oneLine(String text) {
    String line = text;
    for (Map.Entry<String, String> variable : System.getenv().entrySet()) {
      if (NAME_OF_SECRET.matcher(variable.getKey()).matches()
          && variable.getValue().length() >= SHORTEST_SECRET) {
        line = line.replace(variable.getValue(), "***");
      }
    }
    return line.replaceAll("\\s+", " ").replaceAll("[\\p{C}\\p{Zl}\\p{Zp}]", "?").strip();
  }

  private static String reason(Element test) {
    Element skip = elements(test, "skipped").findFirst().orElseThrow();
    String text = skip.getAttribute("message") + " " + skip.getTextContent();
    return firstLine(text);
  }

  /** A class with a name that the build overlooks would otherwise never run, and nobody notice. */
  private void lookForTestsWithoutReport() throws IOException {
    for (Path file : files("src/test/java", ".*\\.java")) {
      String source = Files.readString(file);
      if (IS_TEST.matcher(source).find() && !IS_ABSTRACT.matcher(source).find()) {
        String name = className(file);
        if (reported.stream().noneMatch(n -> n.equals(name) || n.startsWith(name + "$"))) {
          problems.add(name + ": did not run");
        }
      }
    }
  }

  private static String className(Path file) {
    String path = file.toString();
    String root = String.join(File.separator, "src", "test", "java", "");
    return path.substring(path.indexOf(root) + root.length(), path.length() - ".java".length())
        .replace(File.separatorChar, '.');
  }

  /** Files of every module below a directory of it. */
  private static List<Path> files(String directory, String name) throws IOException {
    List<Path> files = new ArrayList<>();
    try (Stream<Path> modules = Files.list(Path.of("."))) {
      for (Path root : modules.map(module -> module.resolve(directory)).sorted().toList()) {
        if (Files.isDirectory(root)) {
          try (Stream<Path> tree = Files.walk(root)) {
            tree.filter(file -> file.getFileName().toString().matches(name)).forEach(files::add);
          }
        }
      }
    }
    return files;
  }

  private static boolean has(Element test, String child) {
    return elements(test, child).findAny().isPresent();
  }

  private static Stream<Element> elements(Element parent, String name) {
    NodeList nodes = parent.getElementsByTagName(name);
    return IntStream.range(0, nodes.getLength()).mapToObj(i -> (Element) nodes.item(i));
  }
}
