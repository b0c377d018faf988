/**
 * The command line: {@link org.btrfs2s3.app.cli.Main} and its commands, built with picocli.
 *
 * <p>The result of a command goes to standard output, everything else to standard error. A command
 * returns an {@link org.btrfs2s3.app.cli.ExitCode} or throws; {@code Failures} turns what it throws
 * into a message and a code. Commands keep no static logger, since the level of the log is known
 * only once the arguments are parsed.
 *
 * <p>May use everything.
 */
@NullMarked
package org.btrfs2s3.app.cli;

import org.jspecify.annotations.NullMarked;
