package org.btrfs2s3.core.reseed;

import java.util.UUID;
import org.btrfs2s3.core.run.Failure;
import org.btrfs2s3.core.verify.VerifyEvent;

/** What a run does, as it does it. */
public sealed interface ReseedEvent {
  /** Nothing keeps an update from uploading this source meanwhile: it is none of this machine. */
  record SourceElsewhere(UUID source) implements ReseedEvent {}

  /** A backup begins. */
  record Started(ReseedItem item) implements ReseedEvent {}

  /** The backup that begins is signed; what it is encoded as will not be. */
  record SignatureLost(ReseedItem item) implements ReseedEvent {}

  /**
   * How far a backup is; told about twice a second.
   *
   * @param bytes of its objects so far, those included that were there
   */
  record Progress(ReseedItem item, long bytes) implements ReseedEvent {}

  /** A backup is visible on the other remote. */
  record Committed(ReseedItem item, long bytes, Assurance assurance) implements ReseedEvent {}

  /** Somebody else had made the same backup meanwhile; ours was dropped. */
  record Redundant(ReseedItem item) implements ReseedEvent {}

  /** A backup was not copied because something that it needs was not. */
  record Skipped(ReseedItem item, String reason) implements ReseedEvent {}

  /**
   * The object that counts cannot be copied; another one of the same backup is tried.
   *
   * @param item with that other one
   * @param failure of the one before
   */
  record OtherTried(ReseedItem item, Failure failure) implements ReseedEvent {}

  /**
   * The object that counts was copied, and nothing tells whether it is whole; there is another one
   * of the same backup.
   */
  record OtherIgnored(ReseedItem item) implements ReseedEvent {}

  /** A backup was not copied. */
  record Failed(ReseedItem item, Failure failure) implements ReseedEvent {}

  /** Everything was tried; the result is looked at. */
  record FinalCheck() implements ReseedEvent {}

  /** What a verification does, at the end or of what was there before. */
  record Verifying(VerifyEvent event) implements ReseedEvent {}

  /** Something that the user should know. */
  record Note(String message) implements ReseedEvent {}
}
