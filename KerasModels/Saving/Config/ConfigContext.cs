using TfLbfgs.Runtime;

namespace TfLbfgs.Keras.Saving.Config;

/// <summary>What holds for a whole configuration while it is read.</summary>
/// <param name="Generation">The generation of Keras whose formulas are meant.</param>
/// <param name="DType">Replaces the dtypes of the file; null: as saved.</param>
/// <param name="Warnings">What the user should know.</param>
internal sealed record ConfigContext(KerasGeneration Generation, DType? DType, List<string> Warnings);
