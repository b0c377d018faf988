package org.btrfs2s3.core.reseed;

import java.io.IOException;
import java.time.LocalDate;
import java.util.Collection;
import java.util.Optional;
import java.util.stream.Stream;
import org.btrfs2s3.core.btrfs.Btrfs;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.plan.RemoteId;
import org.btrfs2s3.core.run.Failure;
import org.btrfs2s3.core.verify.Finding;
import org.btrfs2s3.core.verify.Level;
import org.btrfs2s3.core.verify.NotChecked;
import org.btrfs2s3.core.verify.Sample;
import org.btrfs2s3.core.verify.SourcePlace;
import org.btrfs2s3.core.verify.Verify;
import org.btrfs2s3.core.verify.VerifyListener;
import org.btrfs2s3.core.verify.VerifyOptions;
import org.btrfs2s3.core.verify.VerifyReport;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a remote that was filled, with the {@link Verify} that users run: at the listing and the
 * objects of all that it holds, and at the content of one backup that was brought there.
 */
public final class FinalCheck {
  /** All are chosen, or one: no day matters. */
  private static final LocalDate ANY_DAY = LocalDate.EPOCH;

  private final RemoteId remote;
  private final String wayOut;
  private final Verify verify;

  /**
   * Nothing is looked at yet.
   *
   * @param places of the sources of the configuration
   * @param wayOut what to do about a backup that is missing or damaged, as the end of a sentence
   */
  public FinalCheck(
      ReseedSetup.End remote,
      Btrfs btrfs,
      Collection<SourcePlace> places,
      String wayOut,
      VerifyListener listener) {
    this.remote = remote.id();
    this.wayOut = wayOut;
    this.verify =
        new Verify(remote.id().value(), remote.store(), remote.reader(), btrfs, places, listener);
  }

  /**
   * Looks, while nobody else may delete what is expected.
   *
   * @param chance decides whose content is looked at
   */
  public FinalReport run(Expected expected, long chance) throws InterruptedException {
    var judgement = new Judgement(remote, expected, wayOut);
    var listing = look(Level.LISTING, new Sample.All(), judgement);
    if (listing != null) {
      judgement.compare(listing);
    }
    var sample = listing == null ? null : expected.sample(chance);
    var content = sample == null ? null : look(Level.DATA, new Sample.One(sample.key()), judgement);
    var whole = sample;
    if (sample != null && content != null && doubt(sample, content).isPresent()) {
      whole = null;
      if (content.sampled().isEmpty()) {
        judgement.note("not verified inside: " + sample.key() + ": it is not what counts there");
      }
    }
    return new FinalReport(
        listing, content, content == null ? null : whole, judgement.notes(), judgement.failures());
  }

  private @Nullable VerifyReport look(Level level, Sample sample, Judgement judgement)
      throws InterruptedException {
    try {
      var report = verify(level, sample);
      judgement.add(report);
      return report;
    } catch (IOException e) {
      judgement.add(
          new Failure(
              Failure.Kind.REMOTE_AWAY,
              "remote %s: the result could not be looked at: %s"
                  .formatted(remote, e.getMessage())));
      return null;
    }
  }

  private VerifyReport verify(Level level, Sample sample) throws IOException, InterruptedException {
    return verify.run(new VerifyOptions(level, sample, ANY_DAY, null, null));
  }

  /**
   * Why the content of a backup is not known to be right.
   *
   * @param words follows its name
   * @param undecodable whether only a key or a command for it is missing here
   */
  record Doubt(String words, boolean undecodable) {
    private static Doubt unchecked(NotChecked what) {
      return new Doubt("cannot be checked: " + what.message(), what.undecodable());
    }
  }

  /** Reads a backup that is there; nothing if it is right. */
  Optional<Doubt> doubt(StoredBackup backup) throws InterruptedException {
    try {
      return doubt(backup, verify(Level.DATA, new Sample.One(backup.key())));
    } catch (IOException e) {
      return Optional.of(new Doubt("cannot be checked: " + e.getMessage(), false));
    }
  }

  private static Optional<Doubt> doubt(StoredBackup backup, VerifyReport content) {
    var damage =
        content.findings().stream()
            .filter(Finding::isDamage)
            .filter(finding -> backup.uuid().equals(finding.uuid()))
            .map(finding -> new Doubt("is damaged: " + finding.message(), false));
    var unchecked =
        content.notChecked().stream()
            .filter(what -> backup.uuid().equals(what.uuid()))
            .map(Doubt::unchecked);
    return Stream.concat(damage, unchecked)
        .findFirst()
        .or(
            () ->
                content.checked().contains(backup.uuid())
                    ? Optional.empty()
                    : Optional.of(new Doubt("is not what counts there", false)));
  }
}
