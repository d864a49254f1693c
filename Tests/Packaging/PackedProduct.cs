using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Text.RegularExpressions;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Packaging;

/// <summary>
/// The packages of the solution, packed once from what is built, into a folder outside the checkout where projects can be made that use
/// them. Their version is of this run alone, and what is
/// restored is kept in the folder, so that no package of an earlier run can be taken for one of this run.
/// </summary>
public sealed class PackedProduct : IDisposable
{
#if DEBUG
    private const string Configuration = "Debug";
#else
    private const string Configuration = "Release";
#endif

    private readonly string _root = Directory.CreateTempSubdirectory("tflbfgs-packages-").FullName;
    private readonly Dictionary<string, string> _variables;

    public PackedProduct()
    {
        Suffix = "test" + DateTime.UtcNow.ToString("yyyyMMddHHmmssfff", CultureInfo.InvariantCulture);
        Version = $"{Property("Directory.Build.props")}-{Suffix}";
        Folder = Path.Combine(_root, "packages");
        _variables =
            new() { ["NUGET_PACKAGES"] = Path.Combine(_root, "restored"), ["TFLBFGS_CACHE"] = TensorFlowCache, ["TFLBFGS_NATIVE"] = "" };

        long start = Stopwatch.GetTimestamp();
        Pack("TfLbfgs.sln", Folder);
        PackSeconds = Stopwatch.GetElapsedTime(start).TotalSeconds;

        // What the checkout was built from need not be fetched again.
        string former = Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } chosen
            ? chosen
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        File.WriteAllText(ConfigFile, $"""
            <configuration>
              <packageSources><add key="packed" value="{Folder}" /></packageSources>
              <fallbackPackageFolders><add key="former" value="{former}" /></fallbackPackageFolders>
            </configuration>
            """);
    }

    /// <summary>The version of all packages but the native one.</summary>
    public string Version { get; }

    /// <summary>What tells this run's versions from others.</summary>
    public string Suffix { get; }

    /// <summary>The folder of the packages.</summary>
    public string Folder { get; }

    /// <summary>How long packing took.</summary>
    public double PackSeconds { get; }

    /// <summary>Where programs of this class unpack TensorFlow.</summary>
    public string TensorFlowCache => Path.Combine(_root, "tensorflow");

    /// <summary>Names this folder's packages as a source, beside those of the user.</summary>
    public string ConfigFile => Path.Combine(_root, "nuget.config");

    /// <summary>A path outside the checkout.</summary>
    public string PathOf(params string[] parts) => Path.Combine([_root, .. parts]);

    /// <summary>The version in a project file.</summary>
    public static string Property(string projectFile) =>
        Regex.Match(File.ReadAllText(Path.Combine(Checkout.Root, projectFile)), "<VersionPrefix>(.*)</VersionPrefix>").Groups[1].Value;

    /// <summary>Packs a project or the solution from what is built.</summary>
    public void Pack(string project, string folder) =>
        DotnetCommand.Run(Checkout.Root, _variables, "pack", project, "--no-build", "--configuration", Configuration, "--version-suffix",
            Suffix, "--output", folder, "-v", "quiet");

    /// <summary>Opens a package.</summary>
    public ZipArchive Open(string file) => ZipFile.OpenRead(Path.Combine(Folder, file));

    /// <summary>Makes a console project that uses a package; its program is the C# block of a document.</summary>
    public string CreateProject(string name, string package, string document)
    {
        string folder = Directory.CreateDirectory(PathOf(name)).FullName;
        File.WriteAllText(Path.Combine(folder, name + ".csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
                <DisableTransitiveFrameworkReferenceDownloads>true</DisableTransitiveFrameworkReferenceDownloads>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="{package}" Version="{Version}" />
              </ItemGroup>
            </Project>
            """);
        Match block = Regex.Match(File.ReadAllText(Path.Combine(Checkout.Root, document)), "```csharp\n(.*?)```", RegexOptions.Singleline);
        Assert.True(block.Success, $"{document} has no block of C#");
        File.WriteAllText(Path.Combine(folder, "Program.cs"), block.Groups[1].Value);
        return folder;
    }

    /// <summary>Runs <c>dotnet</c> outside the checkout.</summary>
    public string Dotnet(string folder, params string[] arguments) => DotnetCommand.Run(folder, _variables, arguments);

    /// <summary>
    /// Restores a project for a trimmed publish; skips the test where the source of packages lacks the runtime, which no other build here
    /// needs.
    /// </summary>
    public void RequireRuntimePack(string folder)
    {
        (int exitCode, string output) =
            DotnetCommand.Start("dotnet", folder, _variables, "restore", "--runtime", "linux-x64", "-p:SelfContained=true",
            "-p:PublishTrimmed=true", "-v", "quiet");
        Assert.SkipWhen(exitCode != 0
            && Regex.IsMatch(output, @"error NU1\d+:.*Microsoft\.NETCore\.App\.Runtime"),
            $"the runtime that a self-contained program is made of cannot be had:\n{output}");
        Assert.True(exitCode == 0, output);
    }

    /// <summary>Runs a program outside the checkout; fails unless it succeeds.</summary>
    public string Run(string program, params string[] arguments)
    {
        (int exitCode, string output) = DotnetCommand.Start(program, _root, _variables, arguments);
        Assert.True(exitCode == 0, $"{program}: exit code {exitCode}\n{output}");
        return output;
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);
}
