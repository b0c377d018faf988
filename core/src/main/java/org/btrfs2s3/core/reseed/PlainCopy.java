package org.btrfs2s3.core.reseed;

import java.io.IOException;
import java.util.Map;
import org.btrfs2s3.core.backup.BackupKey;
import org.btrfs2s3.core.backup.BackupMetadata;
import org.btrfs2s3.core.backup.ParsedKey;
import org.btrfs2s3.core.catalog.Catalog;
import org.btrfs2s3.core.catalog.Segments;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.pipeline.PipelineTarget;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.RemoteException;
import org.btrfs2s3.core.store.StoredObject;
import org.btrfs2s3.core.verify.Trouble;
import org.jspecify.annotations.Nullable;

/**
 * Copies one backup as it is: its only object, or its segments, then the signature of its commit
 * object, then that one. What is there of it already, from an earlier run, is read back and looked
 * at as if it were just being copied; if it is not what it should be, it is in the way and left as
 * it is. For one thread.
 */
final class PlainCopy implements BackupTransfer {
  private final ReseedSetup setup;
  private final Remotes remotes;
  private final StoredBackup backup;
  private final ObjectCopy objects;
  private boolean decodes = true;
  private Assurance assurance = Assurance.STREAM;

  PlainCopy(ReseedSetup setup, Remotes remotes, StoredBackup backup, ObjectCopy objects) {
    this.setup = setup;
    this.remotes = remotes;
    this.backup = backup;
    this.objects = objects;
  }

  @Override
  public Transferred run() throws IOException, InterruptedException {
    var parts = backup.parts();
    return parts == null ? copyWhole() : copySegmented(parts);
  }

  private Transferred copyWhole() throws IOException, InterruptedException {
    var source = remotes.source(backup.key());
    var check = new StreamCheck(backup.identity(), null);
    boolean redundant = false;
    StoredObject copy;
    try {
      copy = copy(source, 0, null, check);
    } catch (RemoteException e) {
      var other = e.kind() == RemoteException.Kind.CONFLICT ? sameBackup() : null;
      if (other == null) {
        throw e;
      }
      copy = other;
      redundant = true;
    }
    var known = (ParsedKey.Known) BackupKey.decode(copy.key().value());
    return new Transferred(Catalog.oneObject(copy, known), assurance, redundant);
  }

  /** The key spells the whole identity; what the object says of itself must not contradict it. */
  private @Nullable StoredObject sameBackup() throws RemoteException, InterruptedException {
    var found = setup.to().store().find(Keys.last(backup.key()));
    if (found.isEmpty() || found.get().object().size() != backup.size()) {
      return null; // The next run lists it, and reads it.
    }
    var told = BackupMetadata.identityIn(found.get().metadata());
    return told.isPresent() && !told.get().equals(backup.identity()) ? null : found.get().object();
  }

  private Transferred copySegmented(Segments parts) throws IOException, InterruptedException {
    var document = setup.from().reader().commitDocument(backup);
    var check = new StreamCheck(backup.identity(), document);
    for (int i = 0; i < parts.segments().size(); i++) {
      var source = remotes.source(parts.segments().get(i).key());
      copyUnlessThere(source, i, document.segments().get(i).content().sha256(), check);
    }
    var arrival = new Arrival(setup.to().store());
    arrival.requireSegments(document.segments());
    // The commit object, which makes it visible, is the last of them.
    for (var key : ReseedItem.documentsOf(backup)) {
      copySmall(key);
    }
    return new Transferred(arrival.listed(Keys.last(backup.key())), assurance, false);
  }

  private void copyUnlessThere(StoredObject source, int number, String sha256, StreamCheck check)
      throws IOException, InterruptedException {
    var there = remotes.there(Keys.last(source.key()));
    if (there == null) {
      try {
        copy(source, number, sha256, check);
        return;
      } catch (RemoteException e) {
        // Somebody else copied it meanwhile, or an answer was lost.
        there = e.kind() == RemoteException.Kind.CONFLICT ? found(source) : null;
        if (there == null) {
          throw e;
        }
      }
    }
    requireCopy(source, there, number, sha256, check);
  }

  private @Nullable StoredObject found(StoredObject source)
      throws RemoteException, InterruptedException {
    var found = setup.to().store().find(Keys.last(source.key()));
    return found.isPresent() ? found.get().object() : null;
  }

  /** The commit object or its signature, which hold no stream. */
  private void copySmall(ObjectKey key) throws IOException, InterruptedException {
    var source = remotes.source(key);
    var there = remotes.there(Keys.last(key));
    if (there == null) {
      try {
        objects.copy(source, new Passage(0, null, null));
        return;
      } catch (RemoteException e) {
        there = e.kind() == RemoteException.Kind.CONFLICT ? found(source) : null;
        if (there == null) {
          throw e;
        }
      }
    }
    if (!objects.areEqual(source, there)) {
      throw FoundSegment.inTheWay(there.key(), "it is no copy, but has other bytes", null);
    }
  }

  /** Only its bytes tell: what it says of itself was said before anything happened to it. */
  private void requireCopy(
      StoredObject source, StoredObject there, int number, String sha256, StreamCheck check)
      throws IOException, InterruptedException {
    if (there.size() != source.size()) {
      throw FoundSegment.inTheWay(there.key(), "it is no copy, but has another size", null);
    }
    try {
      inspected(
          source,
          number,
          sha256,
          check,
          passage -> {
            objects.readBack(there, passage);
            weaken(passage.assurance());
            return there;
          });
    } catch (IOException e) {
      throw FoundSegment.unlessRemote(e, there.key());
    }
  }

  private StoredObject copy(
      StoredObject source, int number, @Nullable String sha256, StreamCheck check)
      throws IOException, InterruptedException {
    return inspected(source, number, sha256, check, passage -> copyOnce(source, passage));
  }

  /** One object, as it passes. */
  private interface Passing {
    StoredObject with(Passage passage) throws IOException, InterruptedException;
  }

  /**
   * Decodes what passes, unless only a key or a command for it is missing here.
   *
   * @param original what it is to be
   */
  private StoredObject inspected(
      StoredObject original,
      int number,
      @Nullable String sha256,
      StreamCheck check,
      Passing passing)
      throws IOException, InterruptedException {
    if (decodes) {
      try {
        return passing.with(new Passage(number, sha256, check));
      } catch (IOException e) {
        if (Trouble.of(e, Map.of()) != Trouble.UNDECODABLE
            || Trouble.of(e, objects.metadata(original)) != Trouble.UNDECODABLE) {
          throw e;
        }
        weaken(Assurance.HASH);
      }
    }
    return passing.with(new Passage(number, sha256, null));
  }

  private StoredObject copyOnce(StoredObject source, Passage passage)
      throws IOException, InterruptedException {
    var copied = objects.copy(source, passage);
    weaken(copied.seen() ? passage.assurance() : Assurance.LENGTH);
    return copied.object();
  }

  /** A stream that was not decoded from its beginning on says nothing later on either. */
  private void weaken(Assurance known) {
    assurance = assurance.and(known);
    decodes = assurance == Assurance.STREAM;
  }

  /** One object on its way. */
  private static final class Passage implements ObjectCopy.Inspection {
    private final int number;
    private final @Nullable String sha256;
    private final @Nullable StreamCheck check;

    Passage(int number, @Nullable String sha256, @Nullable StreamCheck check) {
      this.number = number;
      this.sha256 = sha256;
      this.check = check;
    }

    Assurance assurance() {
      if (check != null) {
        return Assurance.STREAM;
      }
      return sha256 == null ? Assurance.LENGTH : Assurance.HASH;
    }

    @Override
    public boolean decodes() {
      return check != null;
    }

    @Override
    public PipelineTarget target() {
      return check == null ? (bytes, offset, length) -> {} : check::update;
    }

    @Override
    public void end(String actual) throws IOException {
      if (sha256 != null && !sha256.equals(actual)) {
        throw new IOException("its bytes are not those that the commit object tells of");
      }
      if (check != null) {
        check.endOfObject(number);
      }
    }
  }
}
