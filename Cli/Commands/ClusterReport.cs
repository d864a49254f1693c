using System.Globalization;
using TfLbfgs.Cli.Output;
using TfLbfgs.Distribution;

namespace TfLbfgs.Cli.Commands;

/// <summary>What <c>doctor --cluster</c> shows of workers.</summary>
internal static class ClusterReport
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Reaches, joins and measures workers.</summary>
    /// <param name="addresses">The addresses, separated by commas.</param>
    /// <param name="allowUnauthenticated">Whether other hosts may reach the server that is opened here.</param>
    /// <param name="report">Receives what is found.</param>
    /// <returns>Whether all are well.</returns>
    /// <exception cref="TfLbfgsException">An address is none, or the workers cannot be joined.</exception>
    public static bool Show(string addresses, bool allowUnauthenticated, Report report)
    {
        ClusterSpec spec = ClusterSpec.FromList(new Dictionary<string, string> { ["TFLBFGS_WORKERS"] = addresses });
        string[] silent = [.. spec.Workers.Where(address => !Cluster.IsReachable(address, Patience))];
        foreach (string address in silent)
            report.Say($"Worker        {address} does not answer: start 'tflbfgs worker' there, and look at firewalls");
        report.Json.Add("unreachable", silent);
        if (silent.Length > 0)
            return false;
        Cluster cluster = Cluster.Connect(
            spec.Workers, new ClusterOptions { AllowUnauthenticated = allowUnauthenticated, Reported = report.Say });
        IReadOnlyList<WorkerHealth> workers = cluster.Diagnose();
        foreach (WorkerHealth health in workers)
            Say(report, health);
        report.Json.Add("workers", workers, (json, health) => json
            .Add("address", health.Worker.Address)
            .Add("answers", health.Answers)
            .Add("version", health.Worker.Description?.Version ?? "")
            .Add("tensorflow", health.Worker.Description?.TensorFlow ?? "")
            .Add("op_seconds", health.OpSeconds)
            .Add("clock_offset_seconds", health.ClockOffsetSeconds)
            .Add("upload_bytes_per_second", health.UploadBytesPerSecond)
            .Add("download_bytes_per_second", health.DownloadBytesPerSecond));
        return workers.All(health => health.Answers);
    }

    private static void Say(Report report, WorkerHealth health)
    {
        ClusterWorker worker = health.Worker;
        const string kind = "device:";
        string devices = string.Join(' ', worker.Devices.Select(
            device => device[(device.LastIndexOf(kind, StringComparison.Ordinal) + kind.Length)..]));
        string answers = health.Answers ? "answers" : "does not answer";
        string about = worker.Description is { } description
            ? $", TfLbfgs {description.Version}, TensorFlow {description.TensorFlow}, {description.Host}, "
                + FormattableString.Invariant($"{description.Processors} processors")
            : "";
        report.Say(string.Create(CultureInfo.InvariantCulture, $"Worker {worker.Index,-6} {worker.Address}: {answers}{about}, {devices}"));
        string up = Megabytes(health.UploadBytesPerSecond), down = Megabytes(health.DownloadBytesPerSecond);
        string clock = string.Create(CultureInfo.InvariantCulture, $"clock {health.ClockOffsetSeconds * 1e3:+0.0;-0.0;0.0} ms");
        report.Say(string.Create(
            CultureInfo.InvariantCulture, $"{"",-13} op {health.OpSeconds * 1e6:F0} us, {clock}, {up} to it, {down} from it"));
    }

    private static string Megabytes(double bytesPerSecond) => FormattableString.Invariant($"{bytesPerSecond / 1e6:F0} MB/s");
}
