package org.btrfs2s3.it.s3;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.btrfs2s3.it.program.Program;
import org.btrfs2s3.it.program.TemporaryDirectory;

/**
 * A Ceph cluster of one monitor, one OSD that keeps its objects in memory, and an S3 gateway, on
 * 127.0.0.1 and free ports. Its daemons end with this JVM, however it ends.
 */
final class CephCluster {
  private static final List<String> PROGRAMS =
      List.of("ceph", "ceph-mon", "ceph-osd", "monmaptool", "radosgw", "radosgw-admin");
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  /** Runs a daemon until it ends, or until stdin, a pipe from this JVM, is closed. */
  private static final String WITH_THIS_JVM =
      """
      exec 3<&0
      "$@" 3<&- </dev/null & daemon=$!
      { read -r -u 3 _; kill "$daemon"; } & watcher=$!
      wait "$daemon"; status=$?
      kill "$watcher"
      exit "$status"
      """;

  private final TemporaryDirectory directory;
  private final Path home;
  private final int monitorPort;
  private final int gatewayPort;
  private final Deque<Process> daemons = new ArrayDeque<>();

  private CephCluster(TemporaryDirectory directory) throws IOException {
    this.directory = directory;
    this.home = directory.path();
    this.monitorPort = freePort();
    this.gatewayPort = freePort();
  }

  static Optional<String> unavailable() {
    List<String> missing = PROGRAMS.stream().filter(name -> !isInstalled(name)).toList();
    return missing.isEmpty()
        ? Optional.empty()
        : Optional.of("not installed: " + String.join(", ", missing));
  }

  static S3Server start() throws Exception {
    CephCluster cluster = new CephCluster(TemporaryDirectory.forSockets("ceph"));
    String accessKey = "ceph-access";
    String secretKey = HexFormat.of().toHexDigits(new SplittableRandom().nextLong());
    try {
      cluster.startDaemons(accessKey, secretKey);
    } catch (Exception | Error e) {
      try {
        cluster.stop();
      } catch (Exception suppressed) {
        e.addSuppressed(suppressed);
      }
      throw e;
    }
    return new S3Server(cluster.endpoint(), "us-east-1", accessKey, secretKey, cluster::stop);
  }

  private void startDaemons(String accessKey, String secretKey) throws Exception {
    UUID clusterId = UUID.randomUUID();
    UUID osdId = UUID.randomUUID();
    for (String name : List.of("mon", "osd", "rgw", "run", "log")) {
      Files.createDirectory(home.resolve(name));
    }
    Files.writeString(home.resolve("ceph.conf"), configuration(clusterId));
    Path map = home.resolve("monmap");
    Program.of("monmaptool", "--create", "--fsid", clusterId)
        .with("--addv", "a", monitorAddress(), map)
        .output();
    ceph("ceph-mon", "--mkfs", "-i", "a", "--monmap", map.toString()).output();
    daemon("ceph-mon", "-i", "a");
    // Returns as soon as the monitor is its own quorum.
    ceph("ceph", "osd", "new", osdId.toString(), "0").output();
    ceph("ceph-osd", "--mkfs", "-i", "0", "--osd-uuid", osdId.toString()).output();
    daemon("ceph-osd", "-i", "0");
    ceph("radosgw-admin", "user", "create", "--uid=it", "--display-name=it")
        .with("--access-key=" + accessKey, "--secret=" + secretKey)
        .output();
    daemon("radosgw", "-n", "client.rgw");
    awaitGateway();
  }

  private String configuration(UUID clusterId) {
    return """
        [global]
        fsid = %1$s
        mon initial members = a
        mon host = %2$s
        public addr = 127.0.0.1
        cluster addr = 127.0.0.1
        # Nobody else is on 127.0.0.1; without authentication, "secure" has no key and needs "crc".
        auth cluster required = none
        auth service required = none
        auth client required = none
        ms mon client mode = crc
        ms mon service mode = crc
        ms mon cluster mode = crc
        ms client mode = crc
        ms service mode = crc
        ms cluster mode = crc
        # One OSD must be enough for everything.
        osd pool default size = 1
        osd pool default min size = 1
        osd pool default pg num = 8
        osd pool default pgp num = 8
        osd pool default pg autoscale mode = off
        osd crush chooseleaf type = 0
        mon max pg per osd = 1000
        rgw rados pool pg num min = 8
        run dir = %3$s/run
        admin socket = %3$s/run/$name.asok
        pid file =
        log file = %3$s/log/$name.log
        crash dir = %3$s/log
        [mon]
        mon data = %3$s/mon
        mon cluster log file = %3$s/log/cluster.log
        # Percent of the disk that must be free. It is not ours to judge.
        mon data avail crit = 0
        [osd]
        osd data = %3$s/osd
        osd objectstore = memstore
        memstore device bytes = 4294967296
        [client]
        rgw data = %3$s/rgw
        rgw frontends = beast endpoint=127.0.0.1:%4$d
        rgw enable apis = s3
        rgw dynamic resharding = false
        rgw run sync thread = false
        """
        .formatted(clusterId, monitorAddress(), home, gatewayPort);
  }

  private String monitorAddress() {
    return "[v2:127.0.0.1:" + monitorPort + "]";
  }

  private URI endpoint() {
    return URI.create("http://127.0.0.1:" + gatewayPort);
  }

  private Program ceph(String program, String... arguments) {
    return Program.of("timeout", PATIENCE.toSeconds(), program, "-c", home.resolve("ceph.conf"))
        .with((Object[]) arguments);
  }

  private void daemon(String program, String... arguments) throws IOException {
    List<String> command =
        Stream.concat(
                Stream.of("bash", "-c", WITH_THIS_JVM, "bash", program, "-f", "-c"),
                Stream.concat(
                    Stream.of(home.resolve("ceph.conf").toString()), Stream.of(arguments)))
            .toList();
    File output = home.resolve("log").resolve(program + ".out").toFile();
    daemons.push(
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output).start());
  }

  private void awaitGateway() throws IOException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    HttpRequest request = HttpRequest.newBuilder(endpoint()).timeout(PATIENCE).build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      while (true) {
        try {
          client.send(request, HttpResponse.BodyHandlers.discarding());
          return;
        } catch (IOException e) {
          if (System.nanoTime() > deadline || daemons.stream().anyMatch(d -> !d.isAlive())) {
            throw new IOException("no answer from the gateway; " + lastOutput(), e);
          }
          TimeUnit.MILLISECONDS.sleep(100);
        }
      }
    }
  }

  private String lastOutput() throws IOException {
    Path file = home.resolve("log").resolve("radosgw.out");
    return Files.exists(file) ? "radosgw said: " + Files.readString(file) : "radosgw said nothing";
  }

  /** Newest first: the gateway needs the others to end. */
  private void stop() throws Exception {
    try {
      while (!daemons.isEmpty()) {
        stop(daemons.pop());
      }
    } finally {
      directory.close();
    }
  }

  private static void stop(Process daemon) throws IOException, InterruptedException {
    List<ProcessHandle> children = daemon.descendants().toList();
    daemon.getOutputStream().close();
    if (!daemon.waitFor(20, TimeUnit.SECONDS)) {
      children.forEach(ProcessHandle::destroyForcibly);
      daemon.destroyForcibly().waitFor();
    }
  }

  private static boolean isInstalled(String program) {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
  }

  /** A port that was free just now. Nothing reserves it; the kernel does not soon give it again. */
  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
