package org.btrfs2s3.it.restore;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import org.btrfs2s3.it.lab.Lab;
import org.btrfs2s3.it.lab.Remote;
import org.btrfs2s3.it.program.ConfigFile;
import org.btrfs2s3.it.program.Program;
import org.btrfs2s3.it.program.Upload;

/**
 * A full backup and one sent against it, in a directory.
 *
 * @param full the name of the snapshot, which is also that of its restored copy
 * @param differential likewise
 */
record TwoBackups(Lab lab, Program program, Path full, Path differential) implements AutoCloseable {

  /** Skips the calling test where there can be no btrfs. */
  static TwoBackups create(String remoteId) throws IOException {
    Lab lab = Lab.create();
    Remote remote = Remote.InDirectory.create(lab.work().resolve(remoteId));
    Program program =
        lab.program(
            remote
                .addTo(ConfigFile.inZone(Lab.ZONE), remoteId)
                .source(lab.source(), lab.snapshots(), Upload.to(remoteId, Lab.POLICY)));
    lab.write("file", "first");
    program.with("update", "--force").run().expect(0);
    lab.write("file", "second");
    Files.writeString(lab.source().resolve("added"), "x".repeat(100_000));
    program.with("update", "--force").run().expect(0);
    List<Path> oldestFirst =
        lab.listSnapshots().stream()
            .sorted(Comparator.comparing(entry -> entry.info().ctransid()))
            .map(entry -> Path.of(entry.name().toString()))
            .toList();
    return new TwoBackups(lab, program, oldestFirst.getFirst(), oldestFirst.getLast());
  }

  @Override
  public void close() throws IOException {
    lab.close();
  }
}
