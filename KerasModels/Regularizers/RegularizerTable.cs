using TfLbfgs.Keras.Saving.Config;

namespace TfLbfgs.Keras.Regularizers;

/// <summary>The regularizers by their Keras class names.</summary>
internal static class RegularizerTable
{
    private static readonly Dictionary<string, Func<ConfigObject, bool, Regularizer>> Classes = new()
    {
        ["L1"] = (c, rounds) => new L1(c.Number("l1", 0.01)) { RoundsFactors = rounds },
        ["L2"] = (c, rounds) => new L2(c.Number("l2", 0.01)) { RoundsFactors = rounds },
        ["L1L2"] = (c, rounds) => new L1L2(c.Number("l1", 0), c.Number("l2", 0)) { RoundsFactors = rounds },
        ["OrthogonalRegularizer"] = (c, rounds) =>
            new OrthogonalRegularizer(c.Number("factor", 0.01), c.Choice("mode", false, ("rows", false), ("columns", true))) { RoundsFactors = rounds },
    };

    private static readonly Dictionary<string, string> Aliases = new()
    {
        ["l1"] = "L1",
        ["l2"] = "L2",
        ["l1_l2"] = "L1L2",
        ["orthogonal_regularizer"] = "OrthogonalRegularizer",
    };

    public static IReadOnlyCollection<string> Names => Classes.Keys;

    public static Regularizer Get(string name, ConfigObject config, KerasGeneration generation) => Classes.TryGetValue(Aliases.GetValueOrDefault(name, name), out Func<ConfigObject, bool, Regularizer>? make)
        ? make(config, generation == KerasGeneration.Keras3)
        : throw new ModelConfigException($"{config.Owner}: unknown regularizer '{name}'. Expected one of: {string.Join(", ", Names)}.");
}
