using TfLbfgs.Variables;

namespace TfLbfgs.Keras.Saving;

/// <summary>What was found in a file for the variables of a model.</summary>
internal interface IWeightMatching
{
    /// <summary>One entry for each variable of the model and for each weight that only the file has.</summary>
    IReadOnlyList<VariableLoad> Entries { get; }

    /// <summary>What to assign.</summary>
    IReadOnlyList<(Variable Variable, WeightArray Source)> Assignments { get; }
}
