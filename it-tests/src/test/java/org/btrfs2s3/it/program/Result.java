package org.btrfs2s3.it.program;

/** How a program ended, and what it printed. */
public record Result(int exitCode, String stdout, String stderr) {

  /**
   * This result, if the program ended as it should.
   *
   * @throws AssertionError with everything that it printed, if not
   */
  public Result expect(int expectedExitCode) {
    if (exitCode != expectedExitCode) {
      throw new AssertionError("exit code should be " + expectedExitCode + ": " + this);
    }
    return this;
  }

  @Override
  public String toString() {
    return "exit code " + exitCode + "\n--- stdout\n" + stdout + "--- stderr\n" + stderr;
  }
}
