using System.Globalization;
using TfLbfgs.Native.Loading;
using Xunit;

namespace TfLbfgs.Tests.Native.Loading;

/// <summary>What other tests have run in child processes; on their own these do nothing, so they are explicit.</summary>
public class ChildTests
{
    /// <summary>The folder that parent and child share.</summary>
    public const string FolderVariable = "TFLBFGS_TEST_FOLDER";

    private static string Folder =>
        Environment.GetEnvironmentVariable(FolderVariable) ?? throw new InvalidOperationException($"{FolderVariable} is not set.");

    [Fact(Explicit = true)]
    public void UnpackFakeRelease()
    {
        NativeCache cache = new(FakeRelease.Surroundings(Folder), new NativeLoadOptions());
        // The parent creates this file when all children stand here.
        File.WriteAllText(Path.Combine(Folder, $"ready-{Environment.ProcessId}"), "");
        Assert.True(SpinWait.SpinUntil(() => File.Exists(Path.Combine(Folder, "go")), TimeSpan.FromMinutes(5)));
        double seconds = cache.Fill(FakeRelease.ArchiveFolder(Folder));
        Assert.True(cache.IsComplete);
        File.WriteAllText(Path.Combine(Folder, $"seconds-{Environment.ProcessId}"), seconds.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Loads without the vendored archive, so that what the folder offers is used.</summary>
    [Fact(Explicit = true)]
    public void LoadFromPythonPath()
    {
        NativeSurroundings surroundings = new() { Rid = "none-x64" };
        LoadedLibrary loaded = NativeLoader.Search(new NativeSearch(surroundings, new NativeLoadOptions()));
        File.WriteAllLines(Path.Combine(Folder, "loaded"),
            [loaded.Source.ToString(), loaded.Path, loaded.Version, loaded.IsTestedVersion.ToString(), loaded.IsGpuBuild.ToString()]);
    }

    [Fact(Explicit = true)]
    public void LoadDefault()
    {
        LoadedLibrary loaded = NativeLoader.Load();
        File.WriteAllLines(Path.Combine(Folder, "loaded"),
            [loaded.Source.ToString(), loaded.Path, loaded.Version, loaded.UnpackSeconds.ToString(CultureInfo.InvariantCulture)]);
    }
}
