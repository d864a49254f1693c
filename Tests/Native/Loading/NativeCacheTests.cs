using System.Diagnostics;
using System.Security.Cryptography;
using TfLbfgs.Native.Loading;
using Xunit;

namespace TfLbfgs.Tests.Native.Loading;

[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class NativeCacheTests : IDisposable
{
    private static readonly NativeLoadOptions Quiet = new() { ShowProgress = false };

    private readonly TemporaryFolder _folder = new();
    private readonly string _archives;

    public NativeCacheTests()
    {
        _archives = FakeRelease.ArchiveFolder(_folder.Path);
        FakeRelease.Write(_archives);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Fill_EmptyCache_UnpacksWhatTheChecksumsSay()
    {
        NativeCache cache = new(FakeRelease.Surroundings(_folder.Path), Quiet);
        Assert.False(cache.IsComplete);

        Assert.True(cache.Fill(_archives) > 0);

        Assert.True(cache.IsComplete);
        Assert.Equal(_folder.At("cache", FakeRelease.Release.FolderName), cache.Folder);
        foreach (VendoredFile file in FakeRelease.Release.Files)
            Assert.Equal(file.Sha256, Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(cache.Folder, file.Name)))));
        Assert.Equal(0, cache.Fill(_archives));
    }

    [Fact]
    public void Fill_FileOfWrongSizeAndLeftovers_AreReplacedAndRemoved()
    {
        NativeCache cache = new(FakeRelease.Surroundings(_folder.Path), Quiet);
        _folder.File("cache", FakeRelease.Release.FolderName, "libtensorflow_cc.so.2");
        _folder.File("cache", FakeRelease.Release.FolderName + ".tmp-1-killed", "libtensorflow_cc.so.2");
        string other = _folder.File("cache", "something else", "file");
        Assert.False(cache.IsComplete);

        cache.Fill(_archives);

        Assert.True(cache.IsComplete);
        Assert.Empty(Directory.GetDirectories(_folder.At("cache"), "*.tmp-*"));
        Assert.True(File.Exists(other));
    }

    [Theory]
    [InlineData("flipped")]
    [InlineData("cut")]
    [InlineData("other")]
    [InlineData("text")]
    public void Fill_DamagedArchive_SaysWhichAndLeavesNothing(string damage)
    {
        string archive = Path.Combine(_archives, "libtensorflow_cc.so.2.zst");
        byte[] bytes = File.ReadAllBytes(archive);
        bytes[bytes.Length / 2] ^= 0x55;
        File.WriteAllBytes(archive, damage switch
        {
            "flipped" => bytes,
            "cut" => bytes[..(bytes.Length / 3)],
            "other" => File.ReadAllBytes(Path.Combine(_archives, "libtensorflow_framework.so.2.zst")),
            _ => "version https://git-lfs.github.com/spec/v1"u8.ToArray(),
        });
        NativeCache cache = new(FakeRelease.Surroundings(_folder.Path), Quiet);

        NativeLibraryException error = Assert.Throws<NativeLibraryException>(() => cache.Fill(_archives));

        Assert.Contains($"The archive {archive} is damaged", error.Message, StringComparison.Ordinal);
        Assert.Contains("TFLBFGS_NATIVE", error.Message, StringComparison.Ordinal);
        Assert.False(cache.IsComplete);
        Assert.Empty(Directory.GetDirectories(_folder.At("cache")));
    }

    [Fact]
    public void Search_DamagedArchive_ErrorSaysSoAmongThePlaces()
    {
        File.WriteAllText(Path.Combine(_archives, "libtensorflow_cc.so.2.zst"), "damaged");

        NativeLibraryException error =
            Assert.Throws<NativeLibraryException>(() =>
            NativeLoader.Search(new NativeSearch(FakeRelease.Surroundings(_folder.Path), Quiet)));

        Assert.Contains(error.PlacesTried, line => line.StartsWith("vendored archive: " + _archives, StringComparison.Ordinal)
            && line.Contains("is damaged", StringComparison.Ordinal));
    }

    [Fact]
    public void Fill_TooLittleSpace_SaysHowMuchIsNeededBeforeWriting()
    {
        bool isCreated = false;
        NativeSurroundings surroundings = FakeRelease.Surroundings(_folder.Path) with
        {
            FreeSpace = static _ => 3_000_000,
            CreateFile = _ =>
            {
                isCreated = true;
                return Stream.Null;
            },
        };

        NativeLibraryException error = Assert.Throws<NativeLibraryException>(() => new NativeCache(surroundings, Quiet).Fill(_archives));

        Assert.Contains($"The disk of {_folder.At("cache")} has 3 MB left, 18 MB are needed", error.Message, StringComparison.Ordinal);
        Assert.Contains("TFLBFGS_CACHE", error.Message, StringComparison.Ordinal);
        Assert.False(isCreated);
    }

    [Fact]
    public void Fill_DiskFullWhileWriting_SaysSoAndLeavesNothing()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "/dev/full, the device that is always full, is not there.");
        NativeSurroundings surroundings = FakeRelease.Surroundings(_folder.Path) with
        {
            FreeSpace = static _ => null,
            CreateFile = static _ => new FileStream("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0),
        };

        NativeLibraryException error = Assert.Throws<NativeLibraryException>(() => new NativeCache(surroundings, Quiet).Fill(_archives));

        Assert.Contains($"The disk of {_folder.At("cache")} is full: 18 MB are needed", error.Message, StringComparison.Ordinal);
        Assert.Contains("TFLBFGS_CACHE", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetDirectories(_folder.At("cache")));
    }

    [Fact]
    public void Fill_CacheCannotBeCreated_NamesPlaceAndRemedy()
    {
        string file = _folder.File("a file");
        NativeCache cache = new(FakeRelease.Surroundings(_folder.Path), Quiet with { CacheFolder = Path.Combine(file, "cache") });

        NativeLibraryException error = Assert.Throws<NativeLibraryException>(() => cache.Fill(_archives));

        Assert.Contains($"cannot be unpacked into {Path.Combine(file, "cache")}", error.Message, StringComparison.Ordinal);
        Assert.Contains("TFLBFGS_CACHE", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fill_ReadOnlyCache_NamesPlaceAndRemedy()
    {
        // Root may write into any folder but those of the kernel.
        string cacheFolder = Environment.IsPrivilegedProcess ? "/proc/self/fdinfo" : _folder.Folder("read-only");
        if (!Environment.IsPrivilegedProcess)
            File.SetUnixFileMode(cacheFolder, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        NativeCache cache = new(FakeRelease.Surroundings(_folder.Path), Quiet with { CacheFolder = cacheFolder });

        NativeLibraryException error = Assert.Throws<NativeLibraryException>(() => cache.Fill(_archives));

        Assert.Contains($"cannot be unpacked into {cacheFolder}", error.Message, StringComparison.Ordinal);
        Assert.Contains("TFLBFGS_CACHE", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/own", "/xdg", "/home/me", "/own")]
    [InlineData(null, "/xdg", "/home/me", "/xdg/tflbfgs")]
    [InlineData(null, "relative", "/home/me", "/home/me/.cache/tflbfgs")]
    [InlineData("", "", "/home/me", "/home/me/.cache/tflbfgs")]
    public void Folder_Variables_FirstOneWins(string? own, string? xdg, string home, string expected)
    {
        NativeSurroundings surroundings = FakeRelease.Surroundings(_folder.Path) with
        {
            Variable = name => name switch { "TFLBFGS_CACHE" => own, "XDG_CACHE_HOME" => xdg, "HOME" => home, _ => null },
            CanWrite = static _ => true,
        };

        Assert.Equal(expected, Path.GetDirectoryName(new NativeCache(surroundings, Quiet).Folder));
    }

    [Fact]
    public void Folder_HomeThatCannotBeWritten_IsATemporaryOne()
    {
        NativeSurroundings surroundings = FakeRelease.Surroundings(_folder.Path) with
        {
            Variable = name => name == "HOME" ? _folder.At("home") : null,
            CanWrite = static _ => false,
            TemporaryFolder = _folder.Folder("tmp"),
        };
        Assert.StartsWith(_folder.At("tmp", "tflbfgs-"), new NativeCache(surroundings, Quiet).Folder, StringComparison.Ordinal);

        // What was unpacked there before is used all the same.
        Directory.CreateDirectory(_folder.At("home", ".cache", "tflbfgs", FakeRelease.Release.FolderName));
        Assert.StartsWith(_folder.At("home"), new NativeCache(surroundings, Quiet).Folder, StringComparison.Ordinal);
        Assert.True(new NativeSurroundings().CanWrite(_folder.At("none", "deep")));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1 << 16)]
    public void FindDamage_BytesChanged_NamesTheFileAndTheAdvice(int at)
    {
        NativeCache cache = new(FakeRelease.Surroundings(_folder.Path), Quiet);
        Assert.Null(cache.FindDamage());
        cache.Fill(_archives);
        Assert.Null(cache.FindDamage());
        using (FileStream library = new(cache.MainFile, FileMode.Open, FileAccess.ReadWrite))
        {
            library.Position = at;
            int before = library.ReadByte();
            library.Position = at;
            library.WriteByte((byte)~before);
        }

        Assert.True(cache.IsComplete);
        string damage = cache.FindDamage()!;
        Assert.Contains(cache.MainFile, damage, StringComparison.Ordinal);
        Assert.Contains($"Remove the folder {cache.Folder}", damage, StringComparison.Ordinal);
    }

    [Fact]
    public void Fill_NoHome_UsesAFolderThatOnlyTheUserMayEnter()
    {
        NativeSurroundings surroundings =
            FakeRelease.Surroundings(_folder.Path) with { Variable = static _ => null, TemporaryFolder = _folder.Folder("tmp") };
        NativeCache cache = new(surroundings, Quiet);

        cache.Fill(_archives);

        Assert.True(cache.IsComplete);
        string root = Path.GetDirectoryName(cache.Folder)!;
        Assert.StartsWith(_folder.At("tmp", "tflbfgs-"), root, StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(root));

        // What somebody else may have written is not trusted.
        File.SetUnixFileMode(root, (UnixFileMode)0b111_111_111);
        Assert.False(cache.IsComplete);
    }

    [Fact]
    public async Task Fill_SeveralProcessesAtOnce_OneUnpacksAllFindIt()
    {
        const int Count = 4;
        Process[] children =
            [.. Enumerable.Range(0, Count)
            .Select(_ => ChildProcess.Start(nameof(ChildTests.UnpackFakeRelease), (ChildTests.FolderVariable, _folder.Path)))];
        try
        {
            bool allReady =
                await Task.Run(() =>
                SpinWait.SpinUntil(() => Directory.GetFiles(_folder.Path, "ready-*").Length == Count, TimeSpan.FromMinutes(5)),
                TestContext.Current.CancellationToken);
            await File.WriteAllTextAsync(_folder.At("go"), "", TestContext.Current.CancellationToken);
            await Task.WhenAll(children.Select(ChildProcess.Finish));

            Assert.True(allReady);
            string[] seconds = [.. Directory.GetFiles(_folder.Path, "seconds-*").Select(File.ReadAllText)];
            Assert.Equal(Count, seconds.Length);
            Assert.Single(seconds, text => text != "0");
        }
        finally
        {
            foreach (Process child in children)
                child.Dispose();
        }
    }

    [Fact]
    public void Fill_RealArchive_UnpacksAndVerifies()
    {
        VendoredArchive archive = new(new NativeSurroundings(), Quiet with { CacheFolder = _folder.At("real") });

        string? library = archive.Provide();

        Assert.True(library is not null, archive.Absence);
        Assert.Equal(VendoredRelease.Current.Files[0].Size, new FileInfo(library).Length);
        Assert.True(archive.UnpackSeconds > 0);
        TestContext.Current.TestOutputHelper?.WriteLine($"unpacked in {archive.UnpackSeconds:F2} s");
    }
}
