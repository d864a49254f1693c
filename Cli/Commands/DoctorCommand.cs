using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using TfLbfgs.Cli.Output;
using TfLbfgs.Runtime;

namespace TfLbfgs.Cli.Commands;

/// <summary><c>doctor</c>: whether TensorFlow works here, and what it is.</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        ToolCommand command = new("doctor", "Shows which TensorFlow library is used, where it was looked for, its devices, and whether "
            + "it works. Exit code 0: usable, 1: not.", "doctor", "doctor --json",
            "doctor --cluster node1:7001,node2:7001 --allow-unauthenticated");
        Option<string?> cluster = new("--cluster")
        {
            Description = "Workers whose reachability, versions, clocks and bandwidth are shown.",
            HelpName = "HOST:PORT[,HOST:PORT]"
        };
        command.AddOptions(cluster, CommonOptions.AllowUnauthenticated);
        command.SetRun(session =>
            Run(session.Report, session.Options.GetValue(cluster), session.Options.GetValue(CommonOptions.AllowUnauthenticated)));
        return command;
    }

    private static int Run(Report report, string? workers, bool allowUnauthenticated)
    {
        report.Say($"System        {RuntimeInformation.OSDescription}, {RuntimeInformation.RuntimeIdentifier}, "
            + $"{RuntimeInformation.FrameworkDescription}, {Environment.ProcessorCount} processors");
        report.Json.Add("system", RuntimeInformation.OSDescription).Add("rid", RuntimeInformation.RuntimeIdentifier)
            .Add("dotnet", RuntimeInformation.FrameworkDescription)
            .Add("processors", Environment.ProcessorCount);
        ShowVariables(report);
        List<string> errors = [];
        if (CheckFiles(report, errors) && ShowLibrary(report, errors))
        {
            // First, since it gives devices other names.
            if (workers is not null)
                Check("cluster", report, errors,
                    r => errors.AddRange(ClusterReport.Show(workers, allowUnauthenticated, r) ? []
                    : ["cluster: expected workers that answer, received some that do not."]));
            Check("devices", report, errors, ShowDevices);
            Check("computation", report, errors, ShowComputation);
            Check("XLA", report, errors, ShowXla);
        }

        report.Json.Add("usable", errors.Count == 0).Add("errors", errors);
        report.Say(errors.Count == 0 ? "TensorFlow is usable." : $"TensorFlow is not usable: {errors[0]}");
        return errors.Count == 0 ? ExitCode.Success : ExitCode.Failure;
    }

    /// <summary>Before the library is loaded: a wrong value of a variable may end the process inside it.</summary>
    private static void ShowVariables(Report report)
    {
        string[] variables =
            [.. NativeLibraryReport.FindVariables().Select(variable => $"{variable.Key}={TerminalText.Shorten(variable.Value, 200)}")];
        for (int i = 0; i < variables.Length; i++)
            report.Say($"{(i == 0 ? "Variables" : ""),-13} {variables[i]}");
        report.Json.Add("variables", variables);
    }

    /// <summary>Compares the unpacked library with its checksum, before it is loaded: a damaged one would end the process.</summary>
    private static bool CheckFiles(Report report, List<string> errors)
    {
        string? damage;
        try
        {
            damage = NativeLibraryReport.FindDamage();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            damage = $"the library in the cache cannot be read: {e.Message}";
        }

        report.Json.Add("damage", damage);
        if (damage is null)
            return true;
        errors.Add(damage);
        return false;
    }

    private static bool ShowLibrary(Report report, List<string> errors)
    {
        try
        {
            NativeLibraryReport library = NativeLibraryReport.Create();
            report.Say($"Library       {library.Path}");
            report.Say($"Found by      {library.Source}");
            report.Say($"Version       {library.Version}{(library.IsTestedVersion ? "" : " (untested: expected 2.15 to 2.21)")}");
            report.Say(string.Create(CultureInfo.InvariantCulture,
                $"Loaded in     {library.LoadSeconds:F2} "
                + $"s{(library.UnpackSeconds > 0 ? $", unpacked in {library.UnpackSeconds:F2} s" : "")}"));
            ShowPlaces(report, [.. library.PlacesTried.Select(place => $"{place.Step}: {place.Path}: {place.Outcome}")]);
            report.Say($"Build         {(library.IsGpuBuild ? "CUDA" : "CPU")}");
            if (library.IsGpuBuild)
                report.Say(
                    $"Missing       {(library.MissingGpuLibraries.Count > 0 ? string.Join(", ", library.MissingGpuLibraries) : "nothing that CUDA needs")}");
            report.Say($"CPU features  {string.Join(' ', library.CpuFeatures)}");
            report.Json.Add("library", library.Path).Add("source", library.Source).Add("version", library.Version)
                .Add("tested_version", library.IsTestedVersion)
                .Add("load_seconds", library.LoadSeconds).Add("unpack_seconds", library.UnpackSeconds)
                .Add("places_tried", library.PlacesTried, (json, place) => json.Add("step", place.Step).Add("path", place.Path)
                    .Add("outcome", place.Outcome))
                .Add("gpu_build", library.IsGpuBuild).Add("missing_gpu_libraries", library.MissingGpuLibraries)
                    .Add("cpu_features", library.CpuFeatures);
            return true;
        }
        catch (TfLbfgsException e)
        {
            IReadOnlyList<string> places = e is NativeLibraryException native ? native.PlacesTried : [];
            errors.Add(FirstLine(e));
            ShowPlaces(report, places);
            report.Json.Add("places", places);
            return false;
        }
    }

    private static void ShowPlaces(Report report, IReadOnlyList<string> places)
    {
        for (int i = 0; i < places.Count; i++)
            report.Say($"{(i == 0 ? "Looked at" : ""),-13} {places[i]}");
    }

    private static void ShowDevices(Report report)
    {
        IReadOnlyList<DeviceInfo> devices = TfRuntime.Devices;
        for (int i = 0; i < devices.Count; i++)
            report.Say($"{(i == 0 ? "Devices" : ""),-13} {devices[i].Kind} {devices[i].Name}, {devices[i].MemoryBytes / (1 << 20)} MiB");
        report.Json.Add("devices", devices, (json, device) => json.Add("name", device.Name).Add("kind", device.Kind)
            .Add("memory_bytes", device.MemoryBytes));
    }

    private static void ShowComputation(Report report)
    {
        double seconds = ProbeFunction.Run(compile: false);
        report.Say(string.Create(CultureInfo.InvariantCulture, $"Function      traced and run in {seconds:F2} s"));
        report.Json.Add("function_works", true).Add("function_seconds", seconds);
    }

    private static void ShowXla(Report report)
    {
        double seconds = ProbeFunction.Run(compile: true);
        report.Say(string.Create(CultureInfo.InvariantCulture, $"XLA           compiled and run in {seconds:F2} s"));
        report.Json.Add("xla_works", true).Add("xla_seconds", seconds);
    }

    private static void Check(string what, Report report, List<string> errors, Action<Report> show)
    {
        try
        {
            show(report);
        }
        catch (TfLbfgsException e)
        {
            errors.Add($"{what}: {FirstLine(e)}");
            report.Say($"Failed        {what}: {FirstLine(e)}");
        }
    }

    // The places tried are listed apart.
    private static string FirstLine(Exception e) => e.Message.Split('\n')[0].Trim().Replace(" Places tried:", "", StringComparison.Ordinal);
}
