using TfLbfgs.Native.Loading;
using Xunit;

namespace TfLbfgs.Tests.Native.Loading;

public sealed class NativeSearchTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, string?> _variables = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Candidates_AllPresent_ComeInTheOrderOfTheSearch()
    {
        _folder.File("app", "libtensorflow.so.2");
        string plugged = _folder.File("app", "runtimes", FakeRelease.Release.Rid, "native", "libtensorflow.so");
        string cuda = Link("venv", "lib", "python3.12", "site-packages", "tensorflow", "libtensorflow_cc.so.2");
        WriteCudaFramework("venv", "lib", "python3.12", "site-packages", "tensorflow");
        string other = _folder.File("packages", "tensorflow", "libtensorflow_cc.so.2");
        FakeRelease.Write(FakeRelease.ArchiveFolder(_folder.Path));
        _variables["VIRTUAL_ENV"] = _folder.At("venv");
        _variables["PYTHONPATH"] = _folder.At("packages");

        NativeSearch search =
            new(Surroundings() with { CanOpen = static name => name == "libcuda.so.1" }, new NativeLoadOptions { ShowProgress = false });
        NativeCandidate[] found = [.. search.Candidates()];

        Assert.Equal(
            [NativeSource.Application, NativeSource.Application, NativeSource.PythonCuda, NativeSource.Vendored, NativeSource.Python],
            found.Select(candidate => candidate.Source));
        Assert.Equal(plugged, found[1].Path);
        Assert.Equal(cuda, found[2].Path);
        Assert.StartsWith(_folder.At("cache"), found[3].Path, StringComparison.Ordinal);
        Assert.Equal(other, found[4].Path);
        Assert.True(search.UnpackSeconds > 0);
    }

    [Fact]
    public void Candidates_CudaPackageWithoutDriver_ComesLast()
    {
        string cuda = Link("venv", "lib", "python3.12", "site-packages", "tensorflow", "libtensorflow_cc.so.2");
        WriteCudaFramework("venv", "lib", "python3.12", "site-packages", "tensorflow");
        FakeRelease.Write(FakeRelease.ArchiveFolder(_folder.Path));
        _variables["VIRTUAL_ENV"] = _folder.At("venv");

        NativeSearch search = new(Surroundings(), new NativeLoadOptions { ShowProgress = false });
        NativeCandidate[] found = [.. search.Candidates()];

        Assert.Equal([NativeSource.Vendored, NativeSource.Python], found.Select(candidate => candidate.Source));
        Assert.Equal(cuda, found[1].Path);
        Assert.Contains(search.Tried, place => place.Source == NativeSource.PythonCuda
            && place.Outcome.Contains("libcuda.so.1", StringComparison.Ordinal));
    }

    [Fact]
    public void Candidates_FirstTaken_UnpacksNothing()
    {
        _folder.File("app", "libtensorflow.so.2");
        FakeRelease.Write(FakeRelease.ArchiveFolder(_folder.Path));

        Assert.Equal(NativeSource.Application, new NativeSearch(Surroundings(), new NativeLoadOptions()).Candidates().First().Source);
        Assert.False(Directory.Exists(_folder.At("cache")));
    }

    [Fact]
    public void Candidates_OptionAndVariable_OptionWinsAndNothingElseIsTried()
    {
        string option = _folder.File("option", "anything.so"), variable = _folder.File("variable", "libtensorflow.so.2");
        _folder.File("app", "libtensorflow.so.2");
        _variables["TFLBFGS_NATIVE"] = _folder.At("variable");

        Assert.Equal([new NativeCandidate(NativeSource.Option, option)],
            new NativeSearch(Surroundings(), new NativeLoadOptions { LibraryPath = option }).Candidates());
        Assert.Equal([new NativeCandidate(NativeSource.Environment, variable)],
            new NativeSearch(Surroundings(), new NativeLoadOptions()).Candidates());
    }

    [Theory]
    [InlineData("libtensorflow_cc.so.2", "libtensorflow.so.2", "libtensorflow.so")]
    [InlineData("libtensorflow.so.2", "libtensorflow.so")]
    [InlineData("libtensorflow.so")]
    public void FindIn_SeveralNames_TakesTheFirstAccepted(params string[] names)
    {
        foreach (string name in names.Reverse())
            _folder.File(name);
        _folder.File("libtensorflow_framework.so.2");

        Assert.Equal(_folder.At(names[0]), NativeCandidate.FindIn(_folder.Path));
    }

    [Fact]
    public void Search_ArchiveAboveTheApplication_IsFound()
    {
        FakeRelease.Write(_folder.At("native", FakeRelease.Release.Rid));
        NativeSurroundings deep = Surroundings() with { BaseDirectory = _folder.Folder("Tests", "bin", "Debug", "net10.0") };

        Assert.Equal([NativeSource.Vendored],
            new NativeSearch(deep, new NativeLoadOptions { ShowProgress = false }).Candidates().Select(candidate => candidate.Source));
    }

    [Theory]
    [InlineData("app", "runtimes", "RID", "native")]
    [InlineData("host")]
    [InlineData("packages", "tflbfgs.native.RID", "0.0.1", "runtimes", "RID", "native")]
    [InlineData("packages", "tflbfgs.native.RID", "0.0.1-preview", "runtimes", "RID", "native")]
    public void Search_ArchiveOfAPackage_IsFound(params string[] place)
    {
        FakeRelease.Write(_folder.At([.. place.Select(part => part.Replace("RID", FakeRelease.Release.Rid, StringComparison.Ordinal))]));
        _folder.Folder("packages", $"tflbfgs.native.{FakeRelease.Release.Rid}", "0.0.0", "runtimes", FakeRelease.Release.Rid, "native");
        NativeSurroundings notebook = Surroundings() with
        {
            HostFolders = [_folder.At("host")],
            AssemblyFolder = _folder.Folder("packages", "tflbfgs.core", "1.2.3", "lib", "net10.0")
        };

        Assert.Equal([NativeSource.Vendored],
            new NativeSearch(notebook, new NativeLoadOptions { ShowProgress = false }).Candidates().Select(candidate => candidate.Source));
    }

    [Fact]
    public void Search_NothingUsable_ErrorListsEveryPlaceAndTheRemedy()
    {
        string app = _folder.File("app", "libtensorflow.so.2");
        string python = _folder.File("home", ".local", "lib", "python3.11", "site-packages", "tensorflow", "libtensorflow_cc.so.2");
        _variables["HOME"] = _folder.At("home");

        NativeLibraryException error =
            Assert.Throws<NativeLibraryException>(() => NativeLoader.Search(new NativeSearch(Surroundings(), new NativeLoadOptions())));

        string[] places =
            [app, _folder.At("app", "runtimes", FakeRelease.Release.Rid, "native"), _folder.At("app") + " and the folders above", python];
        foreach (string place in places)
        {
            Assert.Contains(place, error.Message, StringComparison.Ordinal);
            Assert.Contains(error.PlacesTried, line => line.Contains(place, StringComparison.Ordinal));
        }

        Assert.Contains("not a Linux library", error.Message, StringComparison.Ordinal);
        Assert.Contains("no tensorflow package built for CUDA", error.Message, StringComparison.Ordinal);
        Assert.Contains("TFLBFGS_NATIVE", error.Message, StringComparison.Ordinal);
        Assert.Contains("pip install tensorflow", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("absent", "no such file or folder")]
    [InlineData("empty", "the folder holds none of libtensorflow_cc.so.2")]
    public void Search_VariableNamesNothing_FailsInsteadOfTakingAnother(string place, string reason)
    {
        _folder.Folder("empty");
        FakeRelease.Write(FakeRelease.ArchiveFolder(_folder.Path));
        _variables["TFLBFGS_NATIVE"] = _folder.At(place);

        NativeLibraryException error =
            Assert.Throws<NativeLibraryException>(() => NativeLoader.Search(new NativeSearch(Surroundings(), new NativeLoadOptions())));

        Assert.StartsWith($"environment variable TFLBFGS_NATIVE: {_folder.At(place)}: {reason}", Assert.Single(error.PlacesTried),
            StringComparison.Ordinal);
        Assert.Contains("correct it, or leave it unset", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Objection_OtherLibrary_NamesWhatItLacks()
    {
        string other = Link("app", "libtensorflow.so.2");
        Assert.Contains("functions of the C API, TFE_", NativeLoader.Objection(new NativeCandidate(NativeSource.Application, other)),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Reason_FailedLoad_HasTheWordsOfTheDynamicLoader()
    {
        string absent = _folder.At("absent.so");
        DllNotFoundException error = Assert.Throws<DllNotFoundException>(() => System.Runtime.InteropServices.NativeLibrary.Load(absent));
        Assert.Equal($"{absent}: cannot open shared object file: No such file or directory", NativeLoader.Reason(error));
    }

    [Fact]
    public void Framework_SymbolicLinkElsewhere_LiesNextToItsTarget()
    {
        string library = _folder.File("installed", "libtensorflow_cc.so.2"),
            framework = _folder.File("installed", NativeCandidate.FrameworkName);
        string link = Path.Combine(_folder.Folder("linked"), "libtensorflow.so");
        File.CreateSymbolicLink(link, library);

        Assert.Equal(framework, new NativeCandidate(NativeSource.Option, link).Framework);
        Assert.Null(new NativeCandidate(NativeSource.Option, _folder.File("alone", "libtensorflow.so")).Framework);
    }

    [Fact]
    public void PythonFolders_EnvironmentUserSystemPyenvConda_AreAllFound()
    {
        string[] expected =
        [
            _folder.Folder("path"),
            _folder.Folder("venv", "lib", "python3.13", "site-packages"),
            _folder.Folder("conda", "lib", "python3.12", "site-packages"),
            _folder.Folder("home", ".local", "lib", "python3.11", "site-packages"),
            _folder.Folder("root", "usr", "local", "lib", "python3.11", "dist-packages"),
            _folder.Folder("root", "usr", "lib", "python3", "dist-packages"),
            _folder.Folder("root", "usr", "lib64", "python3.9", "site-packages"),
            _folder.Folder("home", ".pyenv", "versions", "3.12.1", "lib", "python3.12", "site-packages"),
            _folder.Folder("home", "miniforge3", "envs", "tf", "lib", "python3.10", "site-packages"),
        ];
        _variables["HOME"] = _folder.At("home");
        _variables["VIRTUAL_ENV"] = _folder.At("venv");
        _variables["CONDA_PREFIX"] = _folder.At("conda");
        _variables["PYTHONPATH"] = _folder.At("path") + ":" + _folder.At("absent");

        Assert.Equal(expected, PythonPackages.Folders(Surroundings()));
    }

    private NativeSurroundings Surroundings() => FakeRelease.Surroundings(_folder.Path) with
    {
        Variable = name => _variables.TryGetValue(name, out string? value) ? value : name == "TFLBFGS_CACHE" ? _folder.At("cache") : null,
    };

    /// <summary>A real library that is not TensorFlow.</summary>
    private string Link(params string[] parts)
    {
        string path = _folder.At(parts);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.Copy(ElfLibraryTests.AnyLibrary, path);
        return path;
    }

    /// <summary>A library whose run path leads to NVIDIA's packages, as that of a CUDA build.</summary>
    private void WriteCudaFramework(params string[] folder) =>
        File.WriteAllBytes(_folder.At([.. folder, NativeCandidate.FrameworkName]),
            ElfLibraryTests.WithRunPath("$ORIGIN/../nvidia/cublas/lib"));
}
