namespace TfLbfgs.Keras.Layers;

/// <summary>What a layer makes of category numbers. Python: the argument <c>output_mode</c>.</summary>
public enum CategoryOutput
{
    /// <summary>The numbers themselves, of the shape of the input. Python: <c>int</c>.</summary>
    Integers,

    /// <summary>
    /// For each element a vector that is 1 at its number; a last dimension of size 1 is replaced. Python: <c>one_hot</c>.
    /// </summary>
    OneHot,

    /// <summary>
    /// For each sample, along the last dimension, a vector that is 1 at every number that occurs. Python: <c>multi_hot</c>.
    /// </summary>
    MultiHot,

    /// <summary>For each sample, along the last dimension, how often every number occurs. Python: <c>count</c>.</summary>
    Count,

    /// <summary>As <see cref="Count"/>, multiplied by a weight for each category. Python: <c>tf_idf</c>.</summary>
    TfIdf,
}
