using System.Diagnostics;
using TfLbfgs.Native.Loading;
using TfLbfgs.Runtime;
using Xunit;

namespace TfLbfgs.Tests.Native.Loading;

public class NativeLoaderTests
{
    [Fact]
    public void Load_FromManyThreads_LoadsOnce()
    {
        LoadedLibrary[] loaded = new LoadedLibrary[8];
        Parallel.For(0, loaded.Length, i => loaded[i] = NativeLoader.Load());

        Assert.All(loaded, library => Assert.Same(loaded[0], library));
        Assert.True(loaded[0].IsTestedVersion);
    }

    [Fact]
    public void Configure_AfterLoading_ThrowsUnlessFulfilled()
    {
        LoadedLibrary loaded = NativeLoader.Load();

        NativeLoader.Configure(new NativeLoadOptions());
        NativeLoader.Configure(new NativeLoadOptions { LibraryPath = loaded.Path });

        NativeLoadOptions[] others =
            [new() { LibraryPath = "/elsewhere" },
            new() { Variables = new Dictionary<string, string?> { ["TF_TFLBFGS_TEST_LATE"] = "1" } }];
        foreach (NativeLoadOptions other in others)
        {
            TfLbfgsException error = Assert.Throws<TfLbfgsException>(() => NativeLoader.Configure(other));
            Assert.Contains(loaded.Path, error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("2.15.0", true)]
    [InlineData("2.21.1", true)]
    [InlineData("2.22.0-rc1", false)]
    [InlineData("2.14.1", false)]
    [InlineData("2.11.1", false)]
    [InlineData("unknown", false)]
    public void IsTestedVersion_Version_IsWithinTheTestedRange(string version, bool expected)
    {
        LoadedLibrary loaded = new()
        {
            Handle = 0,
            Path = "",
            Source = NativeSource.Option,
            Version = version,
            IsGpuBuild = false,
            Tried = [],
            UnpackSeconds = 0,
            LoadSeconds = 0
        };
        Assert.Equal(expected, loaded.IsTestedVersion);
    }

    [Fact]
    public void Create_Report_AgreesWithTheLoadedLibrary()
    {
        NativeLibraryReport report = NativeLibraryReport.Create();

        Assert.True(File.Exists(report.Path));
        Assert.True(report.IsTestedVersion, report.Version);
        Assert.Equal(report.Path, report.PlacesTried[^1].Path);
        Assert.Equal($"loaded, TensorFlow {report.Version}", report.PlacesTried[^1].Outcome);
        Assert.Equal(report.Source, report.PlacesTried[^1].Step);
        Assert.NotEmpty(report.CpuFeatures);
        if (!report.IsGpuBuild)
            Assert.Empty(report.MissingGpuLibraries);
    }

    [Fact]
    public void Needed_Imports_AreAllInTheLoadedLibrary()
    {
        LoadedLibrary loaded = NativeLoader.Load();
        Assert.Contains("TFE_Execute", ImportedSymbols.Needed());
        Assert.All(ImportedSymbols.Needed(),
            symbol => Assert.True(System.Runtime.InteropServices.NativeLibrary.TryGetExport(loaded.Handle, symbol, out _), symbol));
        // The reading of the file agrees with the dynamic loader.
        Assert.Null(NativeLoader.Objection(new NativeCandidate(NativeSource.Option, loaded.Path)));
    }

    [Fact]
    public async Task Load_DefaultLogLevel_WritesNothingOnStandardError()
    {
        using TemporaryFolder folder = new();
        using Process child =
            ChildProcess.Start(nameof(ChildTests.LoadDefault), (ChildTests.FolderVariable, folder.Path),
            (NativeEnvironment.LogLevel, null));
        (string output, string error) = await ChildProcess.Finish(child);

        Assert.True(File.Exists(folder.At("loaded")), output);
        Assert.DoesNotContain("oneDNN", output + error, StringComparison.Ordinal);
        Assert.DoesNotContain("absl", output + error, StringComparison.Ordinal);
    }

    [Fact]
    public void WithoutExpected_OtherLines_AreKept()
    {
        const string Written =
            "first\nWARNING: All log messages before absl::InitializeLog() is called are written to STDERR\nI0000 port.cc:153] oneDNN custom operations are on. You may\nlast";
        Assert.Equal("first\nlast", StartupMessages.WithoutExpected(Written));
        Assert.Equal("first\nlast\n", StartupMessages.WithoutExpected(Written + "\n"));
        Assert.Equal("", StartupMessages.WithoutExpected("oneDNN custom operations are on\n"));
    }

    /// <summary>What <c>pip install</c> leaves: the packages that the peers' interpreter unpacks.</summary>
    [Fact]
    [Trait("Category", "Peers")]
    public async Task Load_PythonPackage_IsFoundAndLoaded()
    {
        string packages = Path.Combine(PeersFolder(), "python-peers");
        Assert.SkipUnless(File.Exists(Path.Combine(packages, "tensorflow", "libtensorflow_cc.so.2")),
            $"{packages} is absent: run the peers' python once, or set TFLBFGS_PEERS.");
        using TemporaryFolder folder = new();

        using Process child =
            ChildProcess.Start(nameof(ChildTests.LoadFromPythonPath), (ChildTests.FolderVariable, folder.Path), ("PYTHONPATH", packages),
            ("TFLBFGS_NATIVE", null));
        await ChildProcess.Finish(child);

        string[] loaded = await File.ReadAllLinesAsync(folder.At("loaded"), TestContext.Current.CancellationToken);
        Assert.Equal(
            [nameof(NativeSource.Python), Path.Combine(packages, "tensorflow", "libtensorflow_cc.so.2"), "2.21.0", "True", "False"],
            loaded);
    }

    private static string PeersFolder()
    {
        if (Environment.GetEnvironmentVariable("TFLBFGS_PEERS") is { Length: > 0 } peers)
            return peers;

        string cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } xdg
            ? xdg : Path.Combine(Environment.GetEnvironmentVariable("HOME") ?? "", ".cache");
        return Path.Combine(cache, "tflbfgs-peers-2.21.0");
    }
}
