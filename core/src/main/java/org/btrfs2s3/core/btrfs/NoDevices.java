package org.btrfs2s3.core.btrfs;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Runs commands in a mount namespace of their own, in which no device node can be opened on the
 * mount that holds a directory. All of that mount, because {@code btrfs receive} looks for send
 * parents in it. Nobody else sees anything of this, and it is gone with the process.
 */
final class NoDevices {

  /**
   * What a mount can have besides, and would lose by a new mounting that does not name it. Such
   * options are named, and a source, too, so that nothing is taken from /etc/fstab instead.
   */
  private static final Set<String> KEPT =
      Set.of("ro", "rw", "nosuid", "noexec", "noatime", "nodiratime", "relatime", "nosymfollow");

  /** The process stays the same: its pid, and its standard input, of which nothing is read. */
  private static final String SCRIPT =
      "options=$1 point=$2; shift 2;"
          + " mount -n -o \"$options\" -- none \"$point\" </dev/null && exec \"$@\"";

  private final MountTable.Entry mount;

  private NoDevices(MountTable.Entry mount) {
    this.mount = mount;
  }

  /** For what lies in a directory. */
  static NoDevices in(Path path) throws IOException {
    return new NoDevices(MountTable.of(path));
  }

  /** Whether such a namespace is of use and can be had, which is tried out. */
  static DeviceAccess access(Path directory) {
    try {
      SystemTool.run("make a mount namespace", "", in(directory).around(List.of("true")));
      return new DeviceAccess.Shut();
    } catch (IOException e) {
      return new DeviceAccess.Open(String.valueOf(e.getMessage()));
    }
  }

  /**
   * The same command with what it needs before it: nothing, if the mount is {@code nodev}.
   *
   * <p>Options of a mount never reach others. What others unmount meanwhile is to go here as well,
   * or a disk would be in use after its owner had unmounted it: so propagation stays as it is. (It
   * could not be changed in a chroot, either, whose root need not be a mount point.)
   */
  List<String> around(List<String> command) {
    if (mount.options().contains("nodev")) {
      return command;
    }
    var all =
        new ArrayList<>(
            List.of("unshare", "--mount", "--propagation", "unchanged", "--", "sh", "-c", SCRIPT));
    all.addAll(List.of("sh", options(), mount.point()));
    all.addAll(command);
    return all;
  }

  private String options() {
    var options = new ArrayList<>(List.of("remount", "bind", "nodev"));
    mount.options().stream().filter(KEPT::contains).forEach(options::add);
    return String.join(",", options);
  }
}
