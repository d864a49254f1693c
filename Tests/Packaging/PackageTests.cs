using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Xml.Linq;
using TfLbfgs.Native.Loading;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Packaging;

/// <summary>What <c>dotnet pack</c> gives, and what a user's project makes of it.</summary>
public sealed class PackageTests(PackedProduct product) : IClassFixture<PackedProduct>
{
    private const string NativePackage = "TfLbfgs.Native.linux-x64";

    private static readonly string[] Libraries =
        ["TfLbfgs", "TfLbfgs.Core", "TfLbfgs.Formats", "TfLbfgs.Keras", "TfLbfgs.Plotting", "TfLbfgs.RawOps"];

    [Fact]
    public void Pack_Solution_GivesThePackagesAndNothingElse()
    {
        string[] packages = [.. Libraries.Append("TfLbfgs.Cli").Select(id => $"{id}.{product.Version}.nupkg")];
        string native = $"{NativePackage}.{VendoredRelease.Current.Version}-{product.Suffix}.nupkg";
        string[] symbols = [.. packages.Select(package => Path.ChangeExtension(package, ".snupkg"))];

        Assert.Equal(packages.Concat(symbols).Append(native).Order(StringComparer.Ordinal),
            Directory.GetFiles(product.Folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
        foreach (string file in Directory.GetFiles(product.Folder, "*.nupkg"))
        {
            long size = new FileInfo(file).Length;
            Say($"package {Path.GetFileName(file)}: {size / 1e6:F1} MB");
            Assert.True(size < 250_000_000, $"{file}: {size} bytes, more than common feeds take");
        }

        Say($"packed in {product.PackSeconds:F0} s");
    }

    [Fact]
    public void Package_Each_HasReadmeLicenceNoticesAndSymbols()
    {
        foreach (string file in Directory.GetFiles(product.Folder, "*.nupkg"))
        {
            using ZipArchive package = product.Open(file);
            XElement metadata = Metadata(package);
            Assert.Equal("Apache-2.0", Value(metadata, "license"));
            Assert.Equal("README.md", Value(metadata, "readme"));
            Assert.True(Value(metadata, "description").Length > 40, $"{file}: the description says little");
            foreach (string text in (string[])["README.md", "LICENSE", "THIRD_PARTY_NOTICES.md"])
                Assert.True(package.GetEntry(text) is { Length: > 300 }, $"{file} has no {text}");

            string id = Value(metadata, "id");
            if (id == NativePackage)
                continue;

            using ZipArchive symbols = product.Open(Path.ChangeExtension(file, ".snupkg"));
            Assert.Contains(symbols.Entries, entry => entry.Name == id + ".pdb");
        }
    }

    [Fact]
    public void Package_Native_HoldsTheArchivesAndNoCode()
    {
        using ZipArchive package = product.Open($"{NativePackage}.{VendoredRelease.Current.Version}-{product.Suffix}.nupkg");
        Assert.DoesNotContain(package.Entries, entry => entry.Name.EndsWith(".dll", StringComparison.Ordinal));
        Assert.NotNull(package.GetEntry("THIRD_PARTY_NOTICES.txt"));
        foreach (VendoredFile file in VendoredRelease.Current.Files)
        {
            string original = Path.Combine(Checkout.Root, "native", "linux-x64", file.ArchiveName);
            Assert.Equal(new FileInfo(original).Length, package.GetEntry($"runtimes/linux-x64/native/{file.ArchiveName}")?.Length);
        }
    }

    [Fact]
    public void Dependencies_OfThePackages_LeadToTheNativeOne()
    {
        Assert.Contains((NativePackage, $"{VendoredRelease.Current.Version}-{product.Suffix}"), Dependencies("TfLbfgs.Core"));
        Assert.Contains(("TfLbfgs.Core", product.Version), Dependencies("TfLbfgs.RawOps"));
        Assert.Contains(("TfLbfgs.RawOps", product.Version), Dependencies("TfLbfgs"));
        Assert.Contains(("TfLbfgs", product.Version), Dependencies("TfLbfgs.Keras"));
        Assert.Contains(("TfLbfgs.Plotting", product.Version), Dependencies("TfLbfgs.Keras"));
        Assert.Contains(("TfLbfgs.Formats", product.Version), Dependencies("TfLbfgs.Keras"));
    }

    [Fact]
    public void Pack_Again_GivesTheSameBytes()
    {
        string again = product.PathOf("again");
        product.Pack("Bridge/Core", again);
        foreach (string file in Directory.GetFiles(again))
            Assert.Equal(File.ReadAllBytes(Path.Combine(product.Folder, Path.GetFileName(file))), File.ReadAllBytes(file));
        Assert.Equal(2, Directory.GetFiles(again).Length);
    }

    [Fact]
    public void Project_WithKeras_BuildsAndRunsTheSample()
    {
        long start = Stopwatch.GetTimestamp();
        string folder = product.CreateProject("sample", "TfLbfgs.Keras", "KerasModels/README.md");
        product.Dotnet(folder, "build", "--output", "built", "-warnaserror", "-v", "quiet");
        foreach (VendoredFile file in VendoredRelease.Current.Files)
            Assert.True(File.Exists(Path.Combine(folder, "built", "runtimes", "linux-x64", "native", file.ArchiveName)),
                $"no {file.ArchiveName} in the output");

        Assert.Contains("Converged", product.Run("dotnet", Path.Combine(folder, "built", "sample.dll")), StringComparison.Ordinal);
        Assert.True(File.Exists(
            Path.Combine(product.TensorFlowCache, VendoredRelease.Current.FolderName, VendoredRelease.Current.MainFile)),
            "TensorFlow was not unpacked from the package");
        Assert.True(File.Exists(product.PathOf("loss.png")), "the sample drew nothing");
        Assert.All(Directory.GetDirectories(Path.Combine(folder, "built", "runtimes")),
            natives => Assert.StartsWith("linux-", Path.GetFileName(natives), StringComparison.Ordinal));
        Say($"project with Keras: {Stopwatch.GetElapsedTime(start).TotalSeconds:F0} s");
    }

    [Fact]
    public void Project_WithoutKerasTrimmed_PublishesWithoutWarningAndRuns()
    {
        long start = Stopwatch.GetTimestamp();
        string folder = product.CreateProject("trimmed", "TfLbfgs", "Bridge/TfLbfgs/README.md");
        product.RequireRuntimePack(folder);
        // Each warning of its own, and all of them errors.
        product.Dotnet(folder, "publish", "--runtime", "linux-x64", "--self-contained", "--no-restore", "-p:PublishTrimmed=true",
            "-p:TrimmerSingleWarn=false", "-warnaserror", "--output", "published", "-v", "quiet");
        string published = Path.Combine(folder, "published");
        Assert.StartsWith("Converged", product.Run(Path.Combine(published, "trimmed")), StringComparison.Ordinal);

        FileInfo[] files = new DirectoryInfo(published).GetFiles("*", SearchOption.AllDirectories);
        long archives = files.Where(file => file.Extension == ".zst").Sum(file => file.Length),
            rest = files.Sum(file => file.Length) - archives;
        Say($"trimmed: {rest / 1e6:F1} MB and {archives / 1e6:F1} MB of archives, {Stopwatch.GetElapsedTime(start).TotalSeconds:F0} s");
        Assert.True(rest < 40_000_000, $"{rest} bytes beside the archives: little was trimmed");
        Assert.True(files.Single(file => file.Name == "TfLbfgs.RawOps.dll").Length < 300_000,
            "ops that the program does not use were kept");
    }

    [Fact]
    public void Tool_Installed_Runs()
    {
        long start = Stopwatch.GetTimestamp();
        string tools = product.PathOf("tools");
        product.Dotnet(product.PathOf(), "tool", "install", "TfLbfgs.Cli", "--version", product.Version, "--tool-path", tools,
            "--configfile", product.ConfigFile);
        string tool = Path.Combine(tools, "tflbfgs");

        Assert.Contains("TensorFlow is usable.", product.Run(tool, "doctor"), StringComparison.Ordinal);
        Assert.Contains("limit of 5 iterations", product.Run(tool, "demo", "--max-iterations", "5", "--output", product.PathOf("figures")),
            StringComparison.Ordinal);
        Assert.Equal(2, Directory.GetFiles(product.PathOf("figures"), "*.png").Length);
        string installed = Directory.GetFiles(tools, VendoredRelease.Current.Files[0].ArchiveName, SearchOption.AllDirectories).Single();
        Assert.Equal(new FileInfo(Path.Combine(Checkout.Root, "native", "linux-x64", VendoredRelease.Current.Files[0].ArchiveName)).Length,
            new FileInfo(installed).Length);
        Say($"tool: {Stopwatch.GetElapsedTime(start).TotalSeconds:F0} s");
    }

    [Fact]
    public void Version_OfTheNativePackage_IsThatOfTensorFlow() =>
        Assert.Equal(VendoredRelease.Current.Version, PackedProduct.Property("native/TfLbfgs.Native.linux-x64.csproj"));

    private static void Say(FormattableString text) =>
        TestContext.Current.TestOutputHelper?.WriteLine(text.ToString(CultureInfo.InvariantCulture));

    private (string Id, string Version)[] Dependencies(string id)
    {
        using ZipArchive package = product.Open($"{id}.{product.Version}.nupkg");
        return [.. Metadata(package).Descendants().Where(element => element.Name.LocalName == "dependency")
            .Select(element => (element.Attribute("id")!.Value, element.Attribute("version")!.Value))];
    }

    private static XElement Metadata(ZipArchive package)
    {
        using Stream stream = package.Entries.Single(entry => entry.FullName.EndsWith(".nuspec", StringComparison.Ordinal)).Open();
        return XDocument.Load(stream).Root!.Elements().Single();
    }

    private static string Value(XElement metadata, string name) =>
        metadata.Elements().Single(element => element.Name.LocalName == name).Value;
}
