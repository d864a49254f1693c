using TfLbfgs.Keras.Optimizers;
using TfLbfgs.Optimization;
using TfLbfgs.Runtime;

namespace TfLbfgs.Keras;

/// <summary>
/// Trains a model in <c>Fit</c> by L-BFGS: an epoch is an accepted iteration on all rows, and every callback is called as for other
/// optimizers, so validation, early stopping with best weights, checkpoints and logs work while it runs. The smaller of
/// <see cref="FitOptions.Epochs"/> and <see cref="RunOptions.MaxIterations"/> ends it. <see cref="FitOptions.BatchSize"/>, where it is
/// set, cuts the rows into slices whose losses and gradients are added: the same numbers in less memory. No Python library has it.
/// </summary>
public sealed class LbfgsOptimizer : TrainingMethod
{
    /// <summary>Creates the method.</summary>
    /// <param name="options">The options; null: the defaults.</param>
    /// <exception cref="TfLbfgsException">An option is out of range.</exception>
    public LbfgsOptimizer(LbfgsOptions? options = null)
    {
        Options = options ?? new LbfgsOptions();

        Options.Validate();
    }

    /// <summary>How it searches and stops.</summary>
    public LbfgsOptions Options { get; }

    /// <summary>Whether normalizations use the statistics of the data instead of their moving ones. Default false.</summary>
    public bool BatchStatistics { get; init; }

    /// <summary>
    /// The dtype of the vector of all variables, and so of the minimizer's arithmetic; null (default): that of the variables. Float64 for a
    /// model of float32 is SciPy's way: losses and gradients of float32, steps of float64. See <see cref="ObjectiveOptions.VectorDType"/>.
    /// </summary>
    /// <exception cref="TfLbfgsException">Set to another dtype than float32 and float64.</exception>
    public DType? VectorDType
    {
        get;
        init
        {
            new ObjectiveOptions { VectorDType = value }.Validate();
            field = value;
        }
    }

    /// <summary>The result of the last run: why it ended, and its history; null before the first. Owned by this object.</summary>
    public LbfgsResult? Result { get; private set; }

    /// <inheritdoc/>
    public override string Name => "lbfgs";

    internal override Optimizer? Current => null;

    internal override bool HasSteps => false;

    internal override void CheckData(TrainingRun run) => LbfgsTraining.CheckData(run.Data);

    internal override void Prepare(TrainingRun run) => run.Model.BuildFor(run.Data.Arrays!.Inputs);

    internal override void Run(TrainingRun run, Action<TrainingLogs> ended, Func<bool> goesOn)
    {
        Result?.Dispose();
        Result = null;
        Result = new LbfgsTraining(run, this).Run(ended, goesOn);
    }

    private protected override void Dispose(bool disposing)
    {
        Result?.Dispose();
        Result = null;
    }
}
