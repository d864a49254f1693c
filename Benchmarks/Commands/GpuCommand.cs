using System.CommandLine;
using TfLbfgs.Benchmarks.Placement;

namespace TfLbfgs.Benchmarks.Commands;

/// <summary>
/// <c>gpu</c>: placement, reads, equality with the CPU and times on a GPU, or on the second virtual CPU device where there is none.
/// </summary>
internal static class GpuCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        Option<int> seconds = new("--seconds")
        {
            Description = "The most that all takes, compilation included.",
            DefaultValueFactory = _ => 480,
            HelpName = "SECONDS"
        };
        Command command = new("gpu", "Where vectors are, reads per evaluation, equality with the CPU, the five workloads, and several "
            + "GPUs; at most 8 minutes. Without a GPU on the second virtual CPU device, which it says.");
        command.Options.Add(seconds);
        command.SetAction(parsed => PlacementCheck.Run(TimeSpan.FromSeconds(parsed.GetValue(seconds))) ? 0 : 1);
        return command;
    }
}
