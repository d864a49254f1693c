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
        Cluster cluster = Cluster.Connect(spec.Workers, new ClusterOptions { AllowUnauthenticated = allowUnauthenticated, Reported = report.Say });
        IReadOnlyList<WorkerHealth> workers = cluster.Diagnose();
        foreach (WorkerHealth health in workers)
        {
            WorkerDescription? about = health.Worker.Description;
            report.Say(string.Create(
                CultureInfo.InvariantCulture,
                $"Worker {health.Worker.Index,-6} {health.Worker.Address}: {(health.Answers ? "answers" : "does not answer")}, TfLbfgs {about?.Version}, TensorFlow {about?.TensorFlow}, {about?.Host}, {about?.Processors} processors, {string.Join(' ', health.Worker.Devices.Select(device => device[(device.LastIndexOf("device:", StringComparison.Ordinal) + 7)..]))}"));
            report.Say(string.Create(
                CultureInfo.InvariantCulture,
                $"{"",-13} op {health.OpSeconds * 1e6:F0} us, clock {health.ClockOffsetSeconds * 1e3:+0.0;-0.0;0.0} ms, {health.UploadBytesPerSecond / 1e6:F0} MB/s to it, {health.DownloadBytesPerSecond / 1e6:F0} MB/s from it"));
        }

        report.Json.Add("workers", workers, (json, health) => json.Add("address", health.Worker.Address).Add("answers", health.Answers).Add("version", health.Worker.Description?.Version ?? "")
            .Add("tensorflow", health.Worker.Description?.TensorFlow ?? "").Add("op_seconds", health.OpSeconds).Add(
                "clock_offset_seconds", health.ClockOffsetSeconds)
            .Add("upload_bytes_per_second", health.UploadBytesPerSecond).Add("download_bytes_per_second", health.DownloadBytesPerSecond));
        return workers.All(health => health.Answers);
    }
}
