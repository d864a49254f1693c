using System.Diagnostics;
using System.Globalization;

namespace TfLbfgs.Native.Loading;

/// <summary>
/// The folder into which the vendored libraries are unpacked, once per user and release. It appears by a rename, so it is either complete
/// or absent, whenever the process ends.
/// </summary>
internal sealed class NativeCache
{
    private const int LockAttempts = 6000;

    private readonly NativeSurroundings _surroundings;
    private readonly NativeLoadOptions _options;
    private readonly VendoredRelease _release;
    private readonly string _root;
    private readonly bool _isTemporary;

    public NativeCache(NativeSurroundings surroundings, NativeLoadOptions options)
    {
        _surroundings = surroundings;
        _options = options;
        _release = surroundings.Release;
        (_root, _isTemporary) = FindRoot(surroundings, options);
        Folder = Path.Combine(_root, _release.FolderName);
    }

    /// <summary>The folder of the unpacked libraries.</summary>
    public string Folder { get; }

    /// <summary>The library to load.</summary>
    public string MainFile => Path.Combine(Folder, _release.MainFile);

    /// <summary>True when all files are there in their full size. Their checksums were verified when they were unpacked.</summary>
    public bool IsComplete =>
        _release.Files.All(file => new FileInfo(Path.Combine(Folder, file.Name)) is { Exists: true } info && info.Length == file.Size)
        && (!_isTemporary || IsPrivate(_root));

    /// <summary>
    /// Compares the unpacked libraries with their checksums: a disk may have changed them since, and loading them would crash.
    /// </summary>
    /// <returns>What is damaged and what to do, in a sentence; null: nothing, or there are none.</returns>
    public string? FindDamage()
    {
        foreach (VendoredFile file in _release.Files)
        {
            string path = Path.Combine(Folder, file.Name);
            if (!File.Exists(path))
                continue;
            using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            string sha256 = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(stream));
            if (sha256 != file.Sha256)
                return $"{path} is damaged: expected the SHA-256 {file.Sha256}, received {sha256}. Remove the folder {Folder}: the next "
                    + "start unpacks it again.";
        }

        return null;
    }

    /// <summary>Unpacks the archives of a folder, unless another process does it first.</summary>
    /// <returns>Seconds, 0 when another process did it.</returns>
    /// <exception cref="NativeLibraryException">The cache cannot be written, the disk is full, or an archive is damaged.</exception>
    public double Fill(string archives)
    {
        try
        {
            CreateRoot();
            using FileStream held = Lock();
            if (IsComplete)
                return 0;

            RemoveLeftovers();
            CheckSpace();
            long start = Stopwatch.GetTimestamp();
            Unpack(archives);
            return Stopwatch.GetElapsedTime(start).TotalSeconds;
        }
        catch (Exception e) when (IsDiskFull(e))
        {
            throw new NativeLibraryException(
                $"The disk of {_root} is full: {Megabytes(_release.TotalSize)} MB are needed to unpack TensorFlow {_release.Version}. "
                + $"{Remedy}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new NativeLibraryException(
                $"TensorFlow {_release.Version} cannot be unpacked into {_root}: {e.Message.TrimEnd('.')}. {Remedy}", e);
        }
    }

    private static string Remedy =>
        "Set TFLBFGS_CACHE to a folder that can be written, or TFLBFGS_NATIVE to an installed TensorFlow library.";

    private void Unpack(string archives)
    {
        string temporary = $"{Folder}.tmp-{System.Environment.ProcessId.ToString(CultureInfo.InvariantCulture)}-{Path.GetRandomFileName()}";
        Directory.CreateDirectory(temporary);
        try
        {
            using (UnpackProgress progress = new(_options.ShowProgress, _release, _root))
            {
                // The big library sets the time; the small one is unpacked next to it.
                Task[] tasks = [.. _release.Files.Select(file => Task.Factory.StartNew(
                    () => UnpackFile(archives, temporary, file, progress), CancellationToken.None, TaskCreationOptions.LongRunning,
                        TaskScheduler.Default))];
                try
                {
                    Task.WaitAll(tasks);
                }
                catch (AggregateException e)
                {
                    System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
                }

                progress.Complete();
            }

            Directory.Move(temporary, Folder);
        }
        catch
        {
            Discard(temporary);
            throw;
        }
    }

    private void UnpackFile(string archives, string folder, VendoredFile file, UnpackProgress progress)
    {
        string archive = Path.Combine(archives, file.ArchiveName);
        using FileStream source = new(archive, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        using Stream target = _surroundings.CreateFile(Path.Combine(folder, file.Name));
        ArchiveReader.Unpack(archive, source, target, file, progress.Add);
    }

    private void CreateRoot()
    {
        if (!_isTemporary || OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(_root);
            return;
        }

        Directory.CreateDirectory(_root, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        if (!IsPrivate(_root))
            throw new NativeLibraryException(
                $"The folder {_root} exists and is not private to this user: what it holds cannot be trusted. {Remedy}");
    }

    /// <summary>
    /// A folder that any user may create under the temporary folder must be our own before a library is loaded from it. Only its owner may
    /// change its mode.
    /// </summary>
    private static bool IsPrivate(string folder)
    {
        if (OperatingSystem.IsWindows() || !Directory.Exists(folder))
            return OperatingSystem.IsWindows();

        try
        {
            if (new DirectoryInfo(folder).LinkTarget is not null)
                return false;

            const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
            bool wasPrivate = File.GetUnixFileMode(folder) == Private;
            File.SetUnixFileMode(folder, Private);
            return wasPrivate;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>
    /// The lock goes with its process, however that ends; the file stays, for removing it would let two processes hold two locks.
    /// </summary>
    private FileStream Lock()
    {
        string path = Folder + ".lock";
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException e) when (IsLocked(e) && attempt < LockAttempts)
            {
                Thread.Sleep(50);
            }
            catch (IOException e) when (IsLocked(e))
            {
                throw new NativeLibraryException(
                    $"Another process has held {path} for five minutes. End it, or set TFLBFGS_CACHE to another folder.", e);
            }
        }
    }

    /// <summary>Under the lock no other process unpacks: what is there was left by processes that were killed, or is incomplete.</summary>
    private void RemoveLeftovers()
    {
        foreach (string leftover in Directory.GetDirectories(_root, _release.FolderName + ".tmp-*"))
            Discard(leftover);

        if (Directory.Exists(Folder))
            Directory.Delete(Folder, recursive: true);
    }

    private void CheckSpace()
    {
        long needed = _release.TotalSize;
        if (_surroundings.FreeSpace(_root) is { } free && free < needed)
        {
            throw new NativeLibraryException(
                $"The disk of {_root} has {Megabytes(free)} MB left, {Megabytes(needed)} MB are needed to unpack TensorFlow "
                    + $"{_release.Version}. Free some space. {Remedy}");
        }
    }

    private static void Discard(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next process that unpacks tries again; the error that led here matters more.
        }
    }

    private static (string Root, bool IsTemporary) FindRoot(NativeSurroundings surroundings, NativeLoadOptions options)
    {
        if ((options.CacheFolder ?? surroundings.NonEmpty("TFLBFGS_CACHE")) is { Length: > 0 } chosen)
            return (Path.GetFullPath(chosen), false);

        // The XDG specification has relative paths ignored.
        if (surroundings.NonEmpty("XDG_CACHE_HOME") is { } cache && Path.IsPathRooted(cache))
            return (Path.Combine(cache, "tflbfgs"), false);

        // Services and containers have homes that are missing or cannot be written.
        if (surroundings.NonEmpty("HOME") is { } home && Path.IsPathRooted(home) && Path.Combine(home, ".cache", "tflbfgs") is var own
            && (Directory.Exists(Path.Combine(own, surroundings.Release.FolderName)) || surroundings.CanWrite(own)))
        {
            return (own, false);
        }

        return (Path.Combine(surroundings.TemporaryFolder, "tflbfgs-" + System.Environment.UserName), true);
    }

    private static string Megabytes(long bytes) => (bytes / 1e6).ToString("F0", CultureInfo.InvariantCulture);

    // .NET carries errno in HResult on Unix: EAGAIN; ENOSPC, EDQUOT. On Windows: sharing violation; disk full.
    private static bool IsLocked(IOException e) => e.HResult is 11 or 35 or unchecked((int)0x80070020);

    private static bool IsDiskFull(Exception e) =>
        e is IOException { HResult: 28 or 122 or unchecked((int)0x80070070) or unchecked((int)0x80070027) };
}
