import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestWatcher;

/** Writes what the suite found out: which feature of docs/clients.md works. A test's tag is its feature. */
final class Outcomes implements TestWatcher, AfterAllCallback {
  private final Map<String, String> outcomes = new TreeMap<>();
  private final String suite;
  private final String client;

  Outcomes(String suite, String client) {
    this.suite = suite;
    this.client = client;
  }

  void note(String feature, String outcome) {
    outcomes.put(feature, outcome);
  }

  @Override
  public void testSuccessful(ExtensionContext test) {
    test.getTags().forEach(feature -> outcomes.putIfAbsent(feature, "works"));
  }

  @Override
  public void testFailed(ExtensionContext test, Throwable cause) {
    test.getTags().forEach(feature -> outcomes.put(feature, "fails"));
  }

  @Override
  public void testAborted(ExtensionContext test, Throwable cause) {
    testFailed(test, cause);
  }

  @Override
  public void testDisabled(ExtensionContext test, Optional<String> reason) {
    testFailed(test, null);
  }

  @Override
  public void afterAll(ExtensionContext all) throws IOException {
    String folder = System.getenv("LAKEPORT_CLIENT_OUTCOMES");
    if (folder == null) return;
    StringBuilder json = new StringBuilder("{\"client\": " + quoted(client) + ", \"outcomes\": {");
    String comma = "";
    for (Map.Entry<String, String> outcome : outcomes.entrySet()) {
      json.append(comma).append(quoted(outcome.getKey())).append(": ").append(quoted(outcome.getValue()));
      comma = ", ";
    }
    Files.createDirectories(Path.of(folder));
    Files.writeString(Path.of(folder, suite + ".json"), json.append("}}\n"));
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
