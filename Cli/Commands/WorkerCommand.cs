using System.CommandLine;
using TfLbfgs.Distribution;
using TfLbfgs.Runtime;

namespace TfLbfgs.Cli.Commands;

/// <summary><c>worker</c>: computes for the controller of a cluster until it is ended.</summary>
internal static class WorkerCommand
{
    public static Command Create()
    {
        Option<int?> port = NumberOption.Create<int>("--port", "The port to listen on; by default the one that the environment names "
            + "(SLURM, MPI, TF_CONFIG, Kubernetes), or else 7001.", "a port between 1 and 65535", value => value is >= 1 and <= 65535);
        Option<int> devices = NumberOption.Create<int>(
            "--cpu-devices", "The number of CPU devices to show.", "an integer of at least 1", value => value >= 1, 1);
        Option<int> threads = NumberOption.Create<int>(
            "--threads", "Threads inside one op; 0: as many as processors.", "an integer of at least 0", value => value >= 0, 0);
        ToolCommand command = new(
            "worker", "Computes for the controller of a cluster until it is ended by Ctrl-C or SIGTERM. Any program that reaches the "
            + "port can run ops as this user: see docs/cluster.md.",
            "worker --port 7001", "worker --allow-unauthenticated");
        command.AddOptions(port, CommonOptions.AllowUnauthenticated, devices, threads);
        command.SetRun(session =>
        {
            ParseResult parsed = session.Options;
            session.Interruption.BeginWork();
            WorkerOptions options = new()
            {
                AllowUnauthenticated = parsed.GetValue(CommonOptions.AllowUnauthenticated),
                Runtime = new RuntimeOptions { CpuDevices = parsed.GetValue(devices), IntraOpThreads = parsed.GetValue(threads) },
                Reported = session.Report.Say,
            };
            Worker.Run(parsed.GetValue(port) ?? PortOfEnvironment(), options, session.Interruption.Token);
            return session.Interruption.ExitCode;
        });
        return command;
    }

    private static int PortOfEnvironment()
    {
        try
        {
            return ClusterSpec.FindInEnvironment()?.Port ?? ClusterSpec.DefaultPort;
        }
        catch (TfLbfgsException e)
        {
            throw new TfLbfgsException($"{e.Message} Or name the port: worker --port 7001.", e);
        }
    }
}
