using TfLbfgs.Keras;
using TfLbfgs.Optimization;

namespace TfLbfgs.Cli.Training;

/// <summary>What a training was: its losses before and after, and its history.</summary>
internal sealed class RunRecord
{
    /// <summary>The training loss before.</summary>
    public required LossParts Before { get; init; }

    /// <summary>The validation loss before; null: no rows.</summary>
    public LossParts? ValidationBefore { get; init; }

    /// <summary>The training loss afterwards; null: it is not over.</summary>
    public LossParts? After { get; set; }

    /// <summary>The validation loss afterwards; null: no rows.</summary>
    public LossParts? ValidationAfter { get; set; }

    /// <summary>The mean training loss of each epoch of Adam.</summary>
    public List<double> Adam { get; } = [];

    /// <summary>The result of L-BFGS; null: it is not over.</summary>
    public LbfgsResult? Result { get; set; }

    /// <summary>The regularization at iterations of L-BFGS; empty where the model has none.</summary>
    public List<(int Iteration, double Penalty)> Penalties { get; } = [];
}
