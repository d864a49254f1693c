using System.Text.Json;

namespace TfLbfgs.Keras.Saving.Config;

/// <summary>
/// Constraints of a layer's variables as they stand in a file. Keras's optimizers apply them after each step; L-BFGS does not, there as here. They are kept, so that they stand in the file that is
/// written, and a report names them.
/// </summary>
internal sealed class KeptConstraints(IReadOnlyDictionary<string, JsonElement> byName)
{
    public static KeptConstraints None { get; } = new(new Dictionary<string, JsonElement>());

    public IReadOnlyDictionary<string, JsonElement> ByName { get; } = byName;
}
