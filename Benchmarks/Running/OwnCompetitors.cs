using System.Diagnostics;
using TfLbfgs.Benchmarks.Solvers;

namespace TfLbfgs.Benchmarks.Running;

/// <summary>Our own variants, each in a process of its own: so first runs and peak memory mean the same as for the peers.</summary>
internal static class OwnCompetitors
{
    /// <summary>The command that such a process runs.</summary>
    public const string RowCommand = "row";

    /// <summary>All variants, or those that differ.</summary>
    public static IEnumerable<Competitor> Of(IEnumerable<Variant> variants) => variants.Select(variant =>
        new Competitor(variant.Name, "split", IsOwn: true, (workload, more) => Start([RowCommand, workload, variant.Name, .. more])));

    private static ProcessStartInfo Start(IReadOnlyList<string> arguments)
    {
        string program = Environment.ProcessPath!;
        bool isHost = Path.GetFileNameWithoutExtension(program) == "dotnet";
        return new ProcessStartInfo(program, isHost ? [typeof(OwnCompetitors).Assembly.Location, .. arguments] : arguments);
    }
}
