package org.btrfs2s3.core.linux;

import java.util.Map;

/**
 * An error number of the kernel. Numbers and texts are those of {@code
 * include/uapi/asm-generic/errno*.h}, which x86-64 and arm64 share; {@code strerror} is not asked,
 * because it answers in the language of the process.
 */
public record Errno(int number) {

  public static final Errno EPERM = new Errno(1);
  public static final Errno ENOENT = new Errno(2);
  public static final Errno EAGAIN = new Errno(11);
  public static final Errno EACCES = new Errno(13);
  public static final Errno EEXIST = new Errno(17);
  public static final Errno ENOTDIR = new Errno(20);
  public static final Errno EINVAL = new Errno(22);
  public static final Errno ENOTTY = new Errno(25);
  public static final Errno ENOSPC = new Errno(28);
  public static final Errno EROFS = new Errno(30);
  public static final Errno ENOSYS = new Errno(38);
  public static final Errno ENOTEMPTY = new Errno(39);
  public static final Errno ELOOP = new Errno(40);
  public static final Errno EOPNOTSUPP = new Errno(95);

  private record Words(String name, String text) {}

  private static final Map<Integer, Words> KNOWN =
      Map.ofEntries(
          entry(1, "EPERM", "Operation not permitted"),
          entry(2, "ENOENT", "No such file or directory"),
          entry(4, "EINTR", "Interrupted system call"),
          entry(5, "EIO", "Input/output error"),
          entry(6, "ENXIO", "No such device or address"),
          entry(9, "EBADF", "Bad file descriptor"),
          entry(11, "EAGAIN", "Resource temporarily unavailable"),
          entry(12, "ENOMEM", "Cannot allocate memory"),
          entry(13, "EACCES", "Permission denied"),
          entry(14, "EFAULT", "Bad address"),
          entry(16, "EBUSY", "Device or resource busy"),
          entry(17, "EEXIST", "File exists"),
          entry(18, "EXDEV", "Invalid cross-device link"),
          entry(19, "ENODEV", "No such device"),
          entry(20, "ENOTDIR", "Not a directory"),
          entry(21, "EISDIR", "Is a directory"),
          entry(22, "EINVAL", "Invalid argument"),
          entry(23, "ENFILE", "Too many open files in system"),
          entry(24, "EMFILE", "Too many open files"),
          entry(25, "ENOTTY", "Inappropriate ioctl for device"),
          entry(26, "ETXTBSY", "Text file busy"),
          entry(27, "EFBIG", "File too large"),
          entry(28, "ENOSPC", "No space left on device"),
          entry(30, "EROFS", "Read-only file system"),
          entry(31, "EMLINK", "Too many links"),
          entry(32, "EPIPE", "Broken pipe"),
          entry(36, "ENAMETOOLONG", "File name too long"),
          entry(38, "ENOSYS", "Function not implemented"),
          entry(39, "ENOTEMPTY", "Directory not empty"),
          entry(40, "ELOOP", "Too many levels of symbolic links"),
          entry(75, "EOVERFLOW", "Value too large for defined data type"),
          entry(95, "EOPNOTSUPP", "Operation not supported"),
          entry(110, "ETIMEDOUT", "Connection timed out"),
          entry(116, "ESTALE", "Stale file handle"),
          entry(117, "EUCLEAN", "Structure needs cleaning"),
          entry(122, "EDQUOT", "Disk quota exceeded"));

  private static Map.Entry<Integer, Words> entry(int number, String name, String text) {
    return Map.entry(number, new Words(name, text));
  }

  /** The symbolic name, such as {@code EEXIST}; {@code errno 133} for a number unknown here. */
  public String name() {
    Words words = KNOWN.get(number);
    return words == null ? "errno " + number : words.name();
  }

  /** For messages: {@code EEXIST (File exists)}. */
  @Override
  public String toString() {
    Words words = KNOWN.get(number);
    return words == null ? name() : words.name() + " (" + words.text() + ")";
  }
}
