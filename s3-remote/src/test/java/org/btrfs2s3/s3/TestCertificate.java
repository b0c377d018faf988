package org.btrfs2s3.s3;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A self-signed certificate for 127.0.0.1.
 *
 * @param keyStore with the key, for the server
 * @param pem the certificate alone, for its clients
 */
record TestCertificate(Path keyStore, Path pem, String password) {

  /** Made by the JDK's keytool. */
  static TestCertificate create(Path directory) throws Exception {
    var certificate =
        new TestCertificate(directory.resolve("key.p12"), directory.resolve("ca.pem"), "changeit");
    certificate.keytool(
        "-genkeypair",
        "-alias",
        "test",
        "-keyalg",
        "EC",
        "-dname",
        "CN=test",
        "-validity",
        "2",
        "-ext",
        "san=ip:127.0.0.1");
    certificate.keytool(
        "-exportcert", "-rfc", "-alias", "test", "-file", certificate.pem.toString());
    return certificate;
  }

  private void keytool(String... arguments) throws Exception {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments));
    command.addAll(List.of("-keystore", keyStore.toString(), "-storepass", password));
    var process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (process.waitFor() != 0) {
      throw new IllegalStateException("keytool failed: " + command);
    }
  }
}
