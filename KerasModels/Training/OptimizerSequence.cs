using TfLbfgs.Keras.Optimizers;

namespace TfLbfgs.Keras;

/// <summary>
/// Trains by several methods in turn in one <c>Fit</c>, such as Adam and then L-BFGS:
/// <c>new OptimizerSequence(new Adam(1e-3).For(epochs: 200), new LbfgsOptimizer())</c>. Epochs are counted through;
/// <see cref="History.Optimizers"/> has the method of each. A run that goes on (<see cref="FitOptions.InitialEpoch"/>, or a backup) leaves
/// out the parts whose epochs are over.
/// </summary>
public sealed class OptimizerSequence : TrainingMethod
{
    private readonly List<string> _switches = [];
    private OptimizerPhase _current;

    /// <summary>Creates a sequence.</summary>
    /// <param name="phases">The parts in order; those but the last have a rule that ends them.</param>
    /// <exception cref="TfLbfgsException">There is none.</exception>
    public OptimizerSequence(params IReadOnlyList<OptimizerPhase> phases)
    {
        ArgumentNullException.ThrowIfNull(phases);
        if (phases.Count == 0)
            throw new TfLbfgsException("OptimizerSequence: expected at least one part, received none.");
        Phases = phases;
        _current = phases[0];
    }

    /// <summary>The parts in order.</summary>
    public IReadOnlyList<OptimizerPhase> Phases { get; }

    /// <summary>Why each part ended that another one followed, in the last run.</summary>
    public IReadOnlyList<string> Switches => _switches;

    /// <inheritdoc/>
    public override string Name => string.Join(" + ", Phases.Select(phase => phase.Method.Name));

    internal override Optimizer? Current => _current.Method.Current;

    internal override bool HasSteps => Phases.Any(phase => phase.Method.HasSteps);

    internal override void CheckData(TrainingRun run)
    {
        foreach (OptimizerPhase phase in Phases)
            phase.Method.CheckData(run);
    }

    internal override void GoOnAt(int epoch) => (_current, _) = Begin(epoch);

    internal override void Prepare(TrainingRun run)
    {
        GoOnAt(run.Epoch);
        _current.Method.Prepare(run);
    }

    internal override void Run(TrainingRun run, Action<TrainingLogs> ended, Func<bool> goesOn)
    {
        _switches.Clear();
        (OptimizerPhase first, int before) = Begin(run.Epoch);
        foreach (OptimizerPhase phase in Phases.SkipWhile(phase => phase != first))
        {
            if (!run.GoesOn || !goesOn())
                break;
            _current = phase;
            int passed = phase == first ? before : 0;
            List<TrainingLogs> logs = [];
            string? end = null;
            phase.Method.Run(
                run,
                epoch =>
                {
                    logs.Add(epoch);
                    ended(epoch);
                },
                () => goesOn() && (end ??= phase.Ends(logs, passed)) is null);
            end ??= run.Model.History?.StopReason;
            if (phase != Phases[^1] && !run.Model.StopTraining)
            {
                _switches.Add(FormattableString.Invariant($"epoch {run.Epoch}: {end ?? phase.Method.Name + " ended"}"));
                // The run goes on.
                run.History.StopReason = null;
            }
        }
    }

    /// <summary>The part with which a run goes on, and how many of its epochs were before.</summary>
    private (OptimizerPhase Phase, int Passed) Begin(int epoch)
    {
        int begin = 0;
        foreach (OptimizerPhase phase in Phases)
        {
            // Where another rule ends a part, no number of an epoch says whether it is over.
            if (phase.Epochs is not { } epochs || epoch < begin + epochs || phase == Phases[^1])
                return (phase, Math.Max(0, epoch - begin));
            begin += epochs;
        }

        return (Phases[^1], 0);
    }

    private protected override void Dispose(bool disposing)
    {
        foreach (OptimizerPhase phase in Phases)
            phase.Method.Dispose();
    }
}
