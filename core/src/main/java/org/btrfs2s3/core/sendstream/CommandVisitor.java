package org.btrfs2s3.core.sendstream;

import java.io.IOException;

/**
 * Is shown the commands of a stream in order, each when all of its bytes are there and its checksum
 * is right, END included.
 *
 * @param <E> what it throws besides {@link SendStreamException}
 */
interface CommandVisitor<E extends IOException> {

  /** Looks at a command, which is one object for all commands: not to be kept. */
  void visit(Command command) throws SendStreamException, E;
}
