using System.CommandLine;
using TfLbfgs.Benchmarks.Scaling;

namespace TfLbfgs.Benchmarks.Commands;

/// <summary><c>speed-up FILE</c>: what 1 to 1,000 workers would gain, simulated from measured overheads.</summary>
internal static class SpeedupCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        Argument<string> file = new("file") { Description = "The measurements, such as docs/cluster/overheads.json." };
        Option<double[]> seconds = new("--seconds")
        {
            Description = "What an evaluation takes on one machine.",
            DefaultValueFactory = _ => [1, 100],
            AllowMultipleArgumentsPerToken = true,
        };
        Command command = new(
            "speed-up", "The speed-up of 1 to 1,000 workers, simulated from measured overheads: n = 1e4 to 1e8, 1 and 25 Gb/s.");
        command.Arguments.Add(file);
        command.Options.Add(seconds);
        command.SetAction(parsed =>
        {
            SpeedupModel model = SpeedupTable.Read(parsed.GetValue(file)!);
            foreach (double time in parsed.GetValue(seconds)!)
                Console.Write(SpeedupTable.Write(model, time));
            return 0;
        });
        return command;
    }
}
