package org.btrfs2s3.core.sendstream;

import static org.btrfs2s3.core.sendstream.StreamFormat.CLONE_PATH;
import static org.btrfs2s3.core.sendstream.StreamFormat.CLONE_UUID;
import static org.btrfs2s3.core.sendstream.StreamFormat.CTRANSID;
import static org.btrfs2s3.core.sendstream.StreamFormat.MAX_ATTRIBUTE_V1;
import static org.btrfs2s3.core.sendstream.StreamFormat.MAX_ATTRIBUTE_V2;
import static org.btrfs2s3.core.sendstream.StreamFormat.PATH;
import static org.btrfs2s3.core.sendstream.StreamFormat.PATH_LINK;
import static org.btrfs2s3.core.sendstream.StreamFormat.PATH_TO;
import static org.btrfs2s3.core.sendstream.StreamFormat.SNAPSHOT;
import static org.btrfs2s3.core.sendstream.StreamFormat.SUBVOL;
import static org.btrfs2s3.core.sendstream.StreamFormat.SYMLINK;
import static org.btrfs2s3.core.sendstream.StreamFormat.UPDATE_EXTENT;

import java.util.UUID;
import org.btrfs2s3.policy.Ctransid;
import org.jspecify.annotations.Nullable;

/**
 * What must hold of a stream's commands: the first, and no other, begins the expected subvolume;
 * attributes are known and come once each; paths stay within the subvolume; clones come from it or
 * its parent; there is data where data belongs.
 */
final class Verification implements CommandVisitor<SendStreamException> {

  private final @Nullable StreamIdentity expected;
  private @Nullable StreamIdentity identity;

  Verification(@Nullable StreamIdentity expected) {
    this.expected = expected;
  }

  /** Null until the first command was visited. */
  @Nullable StreamIdentity identity() {
    return identity;
  }

  @Override
  public void visit(Command command) throws SendStreamException {
    boolean begins = command.type() == SUBVOL || command.type() == SNAPSHOT;
    if (identity == null) {
      if (!begins) {
        throw command.problem("begins with command " + command.type() + " instead of a subvolume");
      }
      identity = readIdentity(command);
      if (expected != null && !expected.equals(identity)) {
        throw command.problem("is " + identity + "; expected was " + expected);
      }
    } else if (begins) {
      throw command.problem("a second subvolume begins");
    } else if (command.type() == UPDATE_EXTENT) {
      // btrfs receive would make empty files of it without a word.
      throw command.problem("made without the content of files (--no-data)");
    } else {
      checkAttributes(command, identity);
    }
    command.rewind();
  }

  private static StreamIdentity readIdentity(Command command) throws SendStreamException {
    boolean named = false;
    UUID uuid = null;
    Ctransid ctransid = null;
    UUID parent = null;
    for (int seen = 0; command.nextAttribute(); ) {
      seen = checkAttribute(command, seen);
      switch (command.attribute()) {
        case PATH -> named = checkPlainName(command);
        case StreamFormat.UUID -> uuid = command.uuidValue();
        case CTRANSID -> ctransid = Ctransid.ofKernel(command.longValue());
        case CLONE_UUID -> parent = command.uuidValue();
        default -> {}
      }
    }
    boolean differential = command.type() == SNAPSHOT;
    if (!named || uuid == null || ctransid == null || differential != (parent != null)) {
      throw command.problem("the first command does not tell what the stream is");
    }
    return new StreamIdentity(uuid, ctransid, parent);
  }

  private static void checkAttributes(Command command, StreamIdentity identity)
      throws SendStreamException {
    for (int seen = 0; command.nextAttribute(); ) {
      seen = checkAttribute(command, seen);
      switch (command.attribute()) {
        case PATH, PATH_TO, CLONE_PATH -> checkRelativePath(command);
        case PATH_LINK -> checkLink(command);
        case CLONE_UUID -> checkCloneSource(command, identity);
        default -> {}
      }
    }
  }

  /**
   * @param seen bit n stands for attribute n
   */
  private static int checkAttribute(Command command, int seen) throws SendStreamException {
    int attribute = command.attribute();
    int max = command.version() == 1 ? MAX_ATTRIBUTE_V1 : MAX_ATTRIBUTE_V2;
    if (attribute < 1 || attribute > max) {
      throw command.problem("unknown attribute " + attribute);
    }
    if ((seen & 1 << attribute) != 0) {
      throw command.problem("attribute " + attribute + " comes twice");
    }
    return seen | 1 << attribute;
  }

  /** A clone from anywhere else could not be restored from the chain alone. */
  private static void checkCloneSource(Command command, StreamIdentity identity)
      throws SendStreamException {
    UUID parent = identity.parentUuid();
    if (!command.valueIs(identity.uuid()) && (parent == null || !command.valueIs(parent))) {
      throw command.problem("clones from a stranger, " + command.uuidValue());
    }
  }

  private static boolean checkPlainName(Command command) throws SendStreamException {
    int length = command.valueLength();
    boolean dot = length == 1 && command.valueByte(0) == '.';
    if (length == 0 || length > 255 || dot || contains(command, '/')) {
      throw command.problem("the subvolume's name is no plain name");
    }
    checkRelativePath(command);
    return true;
  }

  /** The target of a symbolic link is arbitrary text; that of a hard link is a path. */
  private static void checkLink(Command command) throws SendStreamException {
    if (command.type() != SYMLINK) {
      checkRelativePath(command);
    } else if (contains(command, 0)) {
      throw command.problem("NUL in the target of a link");
    }
  }

  private static boolean contains(Command command, int wanted) {
    for (int i = 0; i < command.valueLength(); i++) {
      if (command.valueByte(i) == wanted) {
        return true;
      }
    }
    return false;
  }

  /** An empty path is the subvolume itself. */
  private static void checkRelativePath(Command command) throws SendStreamException {
    int length = command.valueLength();
    int componentStart = 0;
    for (int i = 0; i <= length; i++) {
      byte current = i < length ? command.valueByte(i) : (byte) '/';
      if (current == 0) {
        throw command.problem("NUL in a path");
      }
      if (current != '/') {
        continue;
      }
      if (i == 0 && length > 0) {
        throw command.problem("an absolute path");
      }
      if (i - componentStart == 2
          && command.valueByte(i - 2) == '.'
          && command.valueByte(i - 1) == '.') {
        throw command.problem("a path that leads out of the subvolume");
      }
      componentStart = i + 1;
    }
  }
}
