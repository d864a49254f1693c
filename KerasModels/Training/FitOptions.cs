using TfLbfgs.Keras.Callbacks;

namespace TfLbfgs.Keras;

/// <summary>How a model is trained. Every value has a default. Python: the arguments of <c>fit</c>.</summary>
public sealed record FitOptions
{
    /// <summary>
    /// The number of rows of a step; null (default): 32. With L-BFGS the number of rows that are computed at once, whose losses and
    /// gradients are added; null: all.
    /// </summary>
    public int? BatchSize { get; init; }

    /// <summary>The epoch at which training ends; default 1.</summary>
    public int Epochs { get; init; } = 1;

    /// <summary>The epoch at which it starts, of a run that goes on; default 0.</summary>
    public int InitialEpoch { get; init; }

    /// <summary>The number of steps of an epoch; null (default): all rows once. The next epoch goes on where the last one ended.</summary>
    public int? StepsPerEpoch { get; init; }

    /// <summary>The part of the rows, the last ones, that is left out and validated on, from 0 to below 1; default 0.</summary>
    public double ValidationSplit { get; init; }

    /// <summary>What is validated on after epochs; null (default): nothing. Borrowed.</summary>
    public TrainingData? ValidationData { get; init; }

    /// <summary>After how many epochs it is validated, each time; default 1.</summary>
    public int ValidationFrequency { get; init; } = 1;

    /// <summary>The number of rows of a step of the validation; null (default): as in training.</summary>
    public int? ValidationBatchSize { get; init; }

    /// <summary>The number of steps of a validation; null (default): all rows.</summary>
    public int? ValidationSteps { get; init; }

    /// <summary>Whether rows are drawn in another order in each epoch; default true.</summary>
    public bool Shuffle { get; init; } = true;

    /// <summary>The seed of the order; null (default): another one in each run.</summary>
    public int? Seed { get; init; }

    /// <summary>
    /// The weight of the samples of each class; classes that are not named have 1, as in Keras 3 (Keras 2 refuses them). Null (default): 1.
    /// </summary>
    public IReadOnlyDictionary<int, double>? ClassWeights { get; init; }

    /// <summary>Replaces the data at an interval; null (default): they stay.</summary>
    public Resampling? Resampling { get; init; }

    /// <summary>What is called while it runs, in order; default nothing.</summary>
    public IReadOnlyList<Callback> Callbacks { get; init; } = [];

    /// <summary>What is shown of the progress; default: a bar in a terminal, nothing in a pipe.</summary>
    public Verbosity Verbosity { get; init; } = Verbosity.Auto;

    /// <summary>
    /// Ends the run after the step in which it is cancelled, by an OperationCanceledException; the model keeps that state.
    /// </summary>
    public CancellationToken CancellationToken { get; init; }

    /// <summary>The number of rows of a step.</summary>
    internal int RowsPerStep => BatchSize ?? 32;

    /// <exception cref="TfLbfgsException">A value is out of its bounds.</exception>
    internal void Check()
    {
        Require(BatchSize is null or >= 1, nameof(BatchSize), "at least 1", BatchSize);
        Require(Epochs >= 0, nameof(Epochs), "at least 0", Epochs);
        Require(InitialEpoch >= 0, nameof(InitialEpoch), "at least 0", InitialEpoch);
        Require(StepsPerEpoch is null or >= 1, nameof(StepsPerEpoch), "at least 1", StepsPerEpoch);
        Require(ValidationSplit is >= 0 and < 1, nameof(ValidationSplit), "from 0 to below 1", ValidationSplit);
        Require(ValidationFrequency >= 1, nameof(ValidationFrequency), "at least 1", ValidationFrequency);
        Require(ValidationBatchSize is null or >= 1, nameof(ValidationBatchSize), "at least 1", ValidationBatchSize);
        Require(ValidationSteps is null or >= 1, nameof(ValidationSteps), "at least 1", ValidationSteps);
    }

    private static void Require(bool holds, string name, string expected, object? received)
    {
        if (!holds)
            throw new TfLbfgsException($"FitOptions.{name}: expected a number {expected}, received {received}.");
    }
}
