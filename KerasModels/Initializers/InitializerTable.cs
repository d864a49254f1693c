using TfLbfgs.Keras.Saving.Config;

namespace TfLbfgs.Keras.Initializers;

/// <summary>The initializers by their Keras class names.</summary>
internal static class InitializerTable
{
    private static readonly Dictionary<string, Func<ConfigObject, Initializer>> Classes = new()
    {
        ["Zeros"] = _ => new Zeros(),
        ["Ones"] = _ => new Ones(),
        ["Constant"] = c => new Constant(c.Number("value", 0)),
        ["Identity"] = c => new Identity(c.Number("gain", 1)),
        ["RandomUniform"] = c => new RandomUniform(c.Number("minval", -0.05), c.Number("maxval", 0.05)) { Seed = Seed(c) },
        ["RandomNormal"] = c => new RandomNormal(c.Number("mean", 0), c.Number("stddev", 0.05)) { Seed = Seed(c) },
        ["TruncatedNormal"] = c => new TruncatedNormal(c.Number("mean", 0), c.Number("stddev", 0.05)) { Seed = Seed(c) },
        ["VarianceScaling"] = c => new VarianceScaling(c.Number("scale", 1), Mode(c), Distribution(c)) { Seed = Seed(c) },
        ["GlorotUniform"] = c => new GlorotUniform { Seed = Seed(c) },
        ["GlorotNormal"] = c => new GlorotNormal { Seed = Seed(c) },
        ["HeUniform"] = c => new HeUniform { Seed = Seed(c) },
        ["HeNormal"] = c => new HeNormal { Seed = Seed(c) },
        ["LecunUniform"] = c => new LecunUniform { Seed = Seed(c) },
        ["LecunNormal"] = c => new LecunNormal { Seed = Seed(c) },
        ["Orthogonal"] = c => new Orthogonal(c.Number("gain", 1)) { Seed = Seed(c) },
    };

    // glorot_uniform and GlorotUniform are one name; the rest are old ones.
    private static readonly Dictionary<string, string> Folded = Classes.Keys.ToDictionary(Fold)
        .Concat([new("zero", "Zeros"), new("one", "Ones"), new("normal", "RandomNormal"), new("uniform", "RandomUniform"), new("orthogonalinitializer", "Orthogonal"),
            new("identityinitializer", "Identity")])
        .ToDictionary();

    public static Initializer Get(string name) => Get(name, ConfigObject.Empty($"Initializer '{name}'"));

    /// <summary>An initializer from its config; <paramref name="config"/> names the layer in messages.</summary>
    public static Initializer Get(string name, ConfigObject config)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Folded.TryGetValue(Fold(name), out string? className)
            ? Classes[className](config)
            : throw new TfLbfgsException($"{config.Owner}: unknown initializer '{name}'. Expected one of: {string.Join(", ", Classes.Keys)}.");
    }

    private static string Fold(string name) => name.Replace("_", "", StringComparison.Ordinal).ToLowerInvariant();

    private static long? Seed(ConfigObject config) => config.IsNumber("seed") ? config.Integer("seed") : null;

    private static FanMode Mode(ConfigObject config) => config.Choice("mode", FanMode.FanIn, ("fan_in", FanMode.FanIn), ("fan_out", FanMode.FanOut), ("fan_avg", FanMode.FanAverage));

    private static ScalingDistribution Distribution(ConfigObject config) => config.Choice(
        "distribution", ScalingDistribution.TruncatedNormal, ("truncated_normal", ScalingDistribution.TruncatedNormal), ("normal", ScalingDistribution.TruncatedNormal),
        ("untruncated_normal", ScalingDistribution.UntruncatedNormal), ("uniform", ScalingDistribution.Uniform));
}
