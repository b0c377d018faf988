package org.btrfs2s3.it.kill;

import java.util.stream.Stream;
import org.btrfs2s3.it.program.Program;

/** Runs programs under strace, which watches or delays their system calls. */
final class Strace {
  private Strace() {}

  /** With all its threads and children. Its process stays the one that is started. */
  static Program around(Program program, String... options) {
    return program.under(
        Stream.concat(
                Stream.of(
                    "strace",
                    "--daemonize",
                    "--follow-forks",
                    "--seccomp-bpf",
                    "--quiet=all",
                    "--signal=none"),
                Stream.of(options))
            .toArray(Object[]::new));
  }
}
