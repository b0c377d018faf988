package org.btrfs2s3.it.lab;

import java.nio.file.Path;
import java.util.List;
import org.btrfs2s3.it.program.Program;

/**
 * Everything that a program could have changed in a lab and in the directory for temporary files,
 * down to the times of directories. Two of them are equal if it changed nothing.
 *
 * @param subvolumes with their identities
 * @param files each one's path, type, size, mtime and ctime to the nanosecond
 */
public record Footprint(String subvolumes, List<String> files) {
  public static Footprint of(Lab lab, Path... more) {
    Program find =
        Program.of("find", lab.home(), lab.elsewhere(), lab.work()).with((Object[]) more);
    List<String> files =
        find.with("-printf", "%p %y %s %m %T@ %C@\\n").output().lines().sorted().toList();
    // The first look at a directory moves its atime, and so the generation of its subvolume.
    Program.of("btrfs", "filesystem", "sync", lab.home()).output();
    Program.of("btrfs", "filesystem", "sync", lab.elsewhere()).output();
    return new Footprint(lab.subvolumes(), files);
  }
}
