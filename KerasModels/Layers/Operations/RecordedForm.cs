namespace TfLbfgs.Keras.Layers;

/// <summary>How an op that was recorded in a functional model stands in Keras files.</summary>
/// <param name="Op">The op's name in TensorFlow.</param>
/// <param name="Class">Module and name of its class in Keras 3; null: there is none.</param>
/// <param name="Function">Its function in Keras 2; null: there is none.</param>
/// <param name="Parameters">The parameters of the function that are tensors, in order; of a list, its one name.</param>
/// <param name="IsList">Whether the tensors are one list.</param>
/// <param name="Constants">What else it takes.</param>
internal sealed record RecordedForm(
    string Op, (string Module, string Name)? Class, string? Function, IReadOnlyList<string> Parameters, bool IsList,
        Func<RecordedOperation, RecordedConstants> Constants)
{
    /// <summary>How many inputs of the op are tensors of the function, first of all; the others are its constants.</summary>
    public int TensorsOf(RecordedOperation operation) => IsList ? operation.ListLength : Parameters.Count;
}
