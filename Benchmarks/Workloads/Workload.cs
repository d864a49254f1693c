namespace TfLbfgs.Benchmarks.Workloads;

/// <summary>One problem that every solver is timed on: the same numbers in every language, from the same seeds.</summary>
internal abstract class Workload(string name, int iterations, double target)
{
    /// <summary>All of them, in the order in which they are run.</summary>
    public static IReadOnlyList<Workload> All { get; } =
        [new SeedWorkload(), new PinnWorkload(), new MlpWorkload(), new RosenbrockWorkload(), new QuadraticWorkload()];

    /// <summary>The name on the command line and in the rows.</summary>
    public string Name => name;

    /// <summary>The iterations of a timed minimization.</summary>
    public int Iterations => iterations;

    /// <summary>The loss that counts as reached.</summary>
    public double Target => target;

    /// <summary>The workload of a name.</summary>
    /// <exception cref="TfLbfgsException">There is none.</exception>
    public static Workload Find(string name) => All.FirstOrDefault(workload => workload.Name == name)
        ?? throw new TfLbfgsException(
            $"Expected a workload ({string.Join(", ", All.Select(workload => workload.Name))}), received '{name}'.");

    /// <summary>Makes data and start on the device.</summary>
    /// <returns>The objective, owned by the caller.</returns>
    public abstract TapeObjective CreateObjective();
}
