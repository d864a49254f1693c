using TfLbfgs.Keras.Optimizers;

namespace TfLbfgs.Keras;

/// <summary>
/// How a model is trained: steps of an <see cref="Optimizer"/>, iterations of L-BFGS (<see cref="LbfgsOptimizer"/>), or several in turn
/// (<see cref="OptimizerSequence"/>). Optimizers and their Keras names convert to one.
/// </summary>
public abstract class TrainingMethod : IDisposable
{
    private protected TrainingMethod()
    {
    }

    /// <summary>The name in the history.</summary>
    public abstract string Name { get; }

    /// <summary>The optimizer whose steps run now; null: there are none.</summary>
    internal abstract Optimizer? Current { get; }

    /// <summary>Takes an optimizer.</summary>
    /// <param name="optimizer">The optimizer.</param>
    public static implicit operator TrainingMethod(Optimizer optimizer) => FromOptimizer(optimizer);

    /// <summary>Looks up an optimizer with default arguments by its Keras name; <c>lbfgs</c> is <see cref="LbfgsOptimizer"/>.</summary>
    /// <param name="name">Such as <c>adam</c>.</param>
    public static implicit operator TrainingMethod(string name) => FromString(name);

    /// <inheritdoc cref="op_Implicit(Optimizer)"/>
    /// <returns>The method.</returns>
    public static TrainingMethod FromOptimizer(Optimizer optimizer)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        return new StepMethod(optimizer);
    }

    /// <inheritdoc cref="op_Implicit(string)"/>
    /// <returns>The method.</returns>
    public static TrainingMethod FromString(string name) =>
        name == "lbfgs" ? new LbfgsOptimizer() : new StepMethod(Optimizer.FromString(name));

    /// <summary>Frees the state.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Whether an optimizer with a learning rate makes steps in some part.</summary>
    internal abstract bool HasSteps { get; }

    /// <summary>Refuses data that the method cannot take.</summary>
    /// <param name="run">The run.</param>
    internal virtual void CheckData(TrainingRun run)
    {
    }

    /// <summary>States the epoch with which a run goes on that a backup interrupted.</summary>
    /// <param name="epoch">The epoch.</param>
    internal virtual void GoOnAt(int epoch)
    {
    }

    /// <summary>Builds the model and traces its first step, so that what does not fit is refused before anything is called.</summary>
    /// <param name="run">The run.</param>
    internal abstract void Prepare(TrainingRun run);

    /// <summary>Trains until the run ends.</summary>
    /// <param name="run">The run.</param>
    /// <param name="ended">Receives the logs of each epoch.</param>
    /// <param name="goesOn">Whether another epoch follows, besides what the run says.</param>
    internal abstract void Run(TrainingRun run, Action<TrainingLogs> ended, Func<bool> goesOn);

    /// <summary>Frees the state.</summary>
    /// <param name="disposing">Whether Dispose was called.</param>
    private protected abstract void Dispose(bool disposing);
}
