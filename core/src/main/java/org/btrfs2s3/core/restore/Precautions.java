package org.btrfs2s3.core.restore;

import java.nio.file.Path;
import java.util.List;

/**
 * How careful a restore is.
 *
 * @param trusted subvolumes that the user vouches for as send parents
 * @param ignoreSpace whether it begins although the file system seems to have too little space
 * @param verifyFirst whether each backup is read to its end once before {@code btrfs receive} gets
 *     to see any of it
 * @param signers who must have signed what is restored, in any spelling that is the same each time;
 *     empty if nobody has to. What earlier restores left is then used only if it was accepted under
 *     the same condition
 */
public record Precautions(
    List<Path> trusted, boolean ignoreSpace, boolean verifyFirst, String signers) {

  public static final Precautions USUAL = new Precautions(List.of(), false, false, "");

  public Precautions {
    trusted = List.copyOf(trusted);
  }
}
