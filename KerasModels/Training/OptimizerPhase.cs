using TfLbfgs.Keras.Optimizers;

namespace TfLbfgs.Keras;

/// <summary>
/// A part of a sequence: a method, and when the next one follows: after some epochs, on a plateau of a log, or when it reaches a target,
/// whichever comes first. Optimizers convert to one that runs to the end.
/// </summary>
public sealed class OptimizerPhase
{
    internal OptimizerPhase(TrainingMethod method, int? epochs, int? plateau, double minimumChange, double? target, string monitor)
    {
        (Method, Epochs, Plateau, MinimumChange, Target, Monitor) = (method, epochs, plateau, minimumChange, target, monitor);
    }

    /// <summary>How this part is trained.</summary>
    public TrainingMethod Method { get; }

    /// <summary>After how many epochs the next part follows; null: by the other rules alone.</summary>
    public int? Epochs { get; }

    /// <summary>After how many epochs without a smaller value of the log the next part follows; null: by the other rules alone.</summary>
    public int? Plateau { get; }

    /// <summary>By how much a value must be smaller to count.</summary>
    public double MinimumChange { get; }

    /// <summary>At which value of the log the next part follows; null: by the other rules alone.</summary>
    public double? Target { get; }

    /// <summary>The log that is watched.</summary>
    public string Monitor { get; }

    /// <summary>Takes an optimizer that runs to the end.</summary>
    /// <param name="optimizer">The optimizer.</param>
    public static implicit operator OptimizerPhase(Optimizer optimizer) => FromMethod(optimizer);

    /// <summary>Takes a method that runs to the end.</summary>
    /// <param name="method">The method.</param>
    public static implicit operator OptimizerPhase(TrainingMethod method) => FromMethod(method);

    /// <inheritdoc cref="op_Implicit(TrainingMethod)"/>
    /// <returns>The phase.</returns>
    public static OptimizerPhase FromMethod(TrainingMethod method)
    {
        ArgumentNullException.ThrowIfNull(method);
        return new OptimizerPhase(method, null, null, 0, null, "loss");
    }

    /// <summary>Whether the next part follows, in a sentence; null: it does not yet.</summary>
    /// <param name="logs">The logs of its epochs.</param>
    /// <param name="passed">How many of its epochs an earlier run made.</param>
    internal string? Ends(IReadOnlyList<TrainingLogs> logs, int passed)
    {
        if (Epochs is { } epochs && logs.Count + passed >= epochs)
            return FormattableString.Invariant($"{Method.Name} ended after {epochs} epochs");
        if ((Target is null && Plateau is null) || logs.Count == 0 || !logs[^1].TryGetValue(Monitor, out double value))
            return null;
        if (value <= Target)
            return FormattableString.Invariant($"{Method.Name} ended at {Monitor} = {value:G6}, which is at most {Target:G6}");
        double best = double.PositiveInfinity;
        int since = 0;
        foreach (TrainingLogs epoch in logs)
        {
            since++;
            if (epoch.TryGetValue(Monitor, out double now) && now < best - MinimumChange)
                (best, since) = (now, 0);
        }

        return since >= Plateau
            ? FormattableString.Invariant($"{Method.Name} ended since {Monitor} was not smaller than {best:G6} in {since} epochs")
            : null;
    }
}
