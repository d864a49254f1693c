namespace TfLbfgs.Keras;

/// <summary>The losses, and their names. Python: <c>tf.keras.losses</c>.</summary>
public static partial class Losses
{
    private static readonly Dictionary<string, Func<Loss>> ByName = new(StringComparer.Ordinal)
    {
        ["mse"] = () => new MeanSquaredError(),
        ["mae"] = () => new MeanAbsoluteError(),
        ["huber"] = () => new Huber(),
        ["binary_crossentropy"] = () => new BinaryCrossentropy(),
        ["categorical_crossentropy"] = () => new CategoricalCrossentropy(),
        ["sparse_categorical_crossentropy"] = () => new SparseCategoricalCrossentropy(),
    };

    private static readonly Dictionary<string, string> Aliases = new(StringComparer.Ordinal)
    {
        ["MSE"] = "mse",
        ["mean_squared_error"] = "mse",
        ["MeanSquaredError"] = "mse",
        ["MAE"] = "mae",
        ["mean_absolute_error"] = "mae",
        ["MeanAbsoluteError"] = "mae",
        ["Huber"] = "huber",
        ["huber_loss"] = "huber",
        ["bce"] = "binary_crossentropy",
        ["BCE"] = "binary_crossentropy",
        ["BinaryCrossentropy"] = "binary_crossentropy",
        ["CategoricalCrossentropy"] = "categorical_crossentropy",
        ["SparseCategoricalCrossentropy"] = "sparse_categorical_crossentropy",
    };

    /// <summary>The names that <see cref="Get"/> knows, one per loss.</summary>
    public static IReadOnlyCollection<string> Names => ByName.Keys;

    /// <summary>Looks up a loss with default arguments by one of its Keras names.</summary>
    /// <param name="name">Such as <c>mse</c>, <c>mean_squared_error</c> or <c>MeanSquaredError</c>.</param>
    /// <returns>The loss.</returns>
    /// <exception cref="TfLbfgsException">No loss has the name.</exception>
    public static Loss Get(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return ByName.TryGetValue(Aliases.GetValueOrDefault(name, name), out Func<Loss>? make)
            ? make()
            : throw new TfLbfgsException($"Unknown loss '{name}'. Expected one of: {string.Join(", ", Names)}.");
    }
}
