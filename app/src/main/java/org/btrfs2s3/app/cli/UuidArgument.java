package org.btrfs2s3.app.cli;

import java.util.UUID;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** UUIDs on the command line, in their whole length. */
final class UuidArgument implements ITypeConverter<UUID> {

  static boolean isOne(String text) {
    return text.matches("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");
  }

  @Override
  public UUID convert(String text) {
    if (!isOne(text)) {
      throw new TypeConversionException(
          "not a UUID, such as the ones that list shows: '" + text + "'");
    }
    return UUID.fromString(text);
  }
}
