using System.Runtime.InteropServices;
using TfLbfgs.Distribution.Loading;
using TfLbfgs.Distribution.Serving;
using TfLbfgs.IO;
using TfLbfgs.Runtime;

namespace TfLbfgs.Distribution;

/// <summary>
/// A process that computes for the controller of a cluster: TensorFlow's server, and functions that load data. The process serves until it
/// ends, and does nothing else; its current folder becomes one of its own. On the command line: <c>tflbfgs worker</c>. Python:
/// <c>tf.distribute.Server</c>.
/// </summary>
public static class Worker
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan PortTimeout = TimeSpan.FromMilliseconds(500);

    /// <summary>Serves as the worker that a cluster's environment says this process is.</summary>
    /// <param name="spec">The cluster.</param>
    /// <param name="options">The options; null: the defaults.</param>
    /// <param name="cancellation">Ends the call; the server stays open until the process ends.</param>
    /// <exception cref="TfLbfgsException">The process is the controller, the port is taken, or the host can be reached by others and the
    /// options do not allow it.</exception>
    public static void Run(ClusterSpec spec, WorkerOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(spec);
        Run(spec.Port, options, cancellation);
    }

    /// <summary>Serves on a port until the token is cancelled, or the controller ends it by <see cref="Cluster.EndWorkers"/>.</summary>
    /// <param name="port">The port.</param>
    /// <param name="options">The options; null: the defaults.</param>
    /// <param name="cancellation">Ends the call; the server stays open until the process ends.</param>
    /// <exception cref="TfLbfgsException">The port is taken, or the host can be reached by others and the options do not allow
    /// it.</exception>
    public static void Run(int port, WorkerOptions? options = null, CancellationToken cancellation = default)
    {
        options ??= new WorkerOptions();
        if (port is < 1 or > 65535)
            throw new TfLbfgsException($"Worker.Run: expected a port between 1 and 65535, received {port}.");
        options.Runtime.Validate();
        NetworkExposure.Check(options.AllowUnauthenticated, "WorkerOptions.AllowUnauthenticated (tflbfgs worker --allow-unauthenticated)",
            NetworkExposure.Addresses());
        // A process that was killed just now keeps it for a moment.
        DateTime end = DateTime.UtcNow + PortTimeout;
        while (!NetworkExposure.IsFree(port) && DateTime.UtcNow < end && !cancellation.IsCancellationRequested)
            Thread.Sleep(Pause);
        if (!NetworkExposure.IsFree(port))
            throw new ClusterException($"Worker.Run: expected port {port} to be free, received one on which another process listens. "
                + "Choose another one.");
        options.Report(NetworkExposure.Warning(port));
        string dataFolder = Environment.CurrentDirectory;
        DirectoryInfo folder = Directory.CreateTempSubdirectory("tflbfgs-worker-");
        try
        {
            Serve(port, options, dataFolder, folder.FullName, cancellation);
        }
        finally
        {
            Environment.CurrentDirectory = dataFolder;
            folder.Delete(recursive: true);
        }
    }

    private static void Serve(int port, WorkerOptions options, string dataFolder, string folder, CancellationToken cancellation)
    {
        string tensorFlow = TfRuntime.LoadOnly(options.Runtime);
        var functions = LoadingFunctions.With(options.Functions);
        WorkerDescription description = new(
            options.ReportedVersion ?? Cluster.Version, tensorFlow, Environment.MachineName, Environment.ProcessId, dataFolder,
            Environment.ProcessorCount, [.. functions.Keys]);
        AtomicFile.Write(Path.Combine(folder, Mailbox.About), stream => stream.Write(description.ToJson()));
        // The controller asks for files by their names alone, so that it need not know the folder.
        Environment.CurrentDirectory = folder;
        Dictionary<int, string> self = new() { [0] = FormattableString.Invariant($"localhost:{port}") };
        Dictionary<string, IReadOnlyDictionary<int, string>> jobs = new() { [Cluster.WorkerJob] = self };
        try
        {
            ClusterContext.Serve(new ServerDefinition(Cluster.WorkerJob, 0, jobs, ContextConfig.Serialize(options.Runtime)));
        }
        catch (TfStatusException e)
        {
            throw new ClusterException($"Worker.Run: expected port {port} to be free, received: {e.NativeMessage} Choose another one.", e);
        }

        Mailbox mailbox = new(folder, dataFolder, functions, options.Report);
        options.Report(FormattableString.Invariant(
            $"Ready on port {port} (process {Environment.ProcessId}, TensorFlow {tensorFlow}, {RuntimeInformation.RuntimeIdentifier})."));
        while (!cancellation.IsCancellationRequested && !mailbox.IsOver)
        {
            mailbox.Serve();
            cancellation.WaitHandle.WaitOne(Pause);
        }
    }
}
