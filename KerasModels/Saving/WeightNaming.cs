namespace TfLbfgs.Keras.Saving;

/// <summary>What the tree of weights of a file says of the place of a weight in the model.</summary>
public enum WeightNaming
{
    /// <summary>A node for each layer, by its name, with all its weights in the order of assignment. Python: legacy <c>.h5</c>.</summary>
    Layers,

    /// <summary>The objects of the model, with numbered arrays. Python: <c>.weights.h5</c> and <c>.keras</c>.</summary>
    Objects,

    /// <summary>The objects of the model, by the names of attributes. Python: checkpoints.</summary>
    Names,

    /// <summary>Arrays in the order of all weights. Python: <c>model.get_weights()</c>.</summary>
    Positions,

    /// <summary>
    /// Arrays by the names of variables, such as <c>dense/kernel</c>, in any order. Python: <c>variable.path</c>; checkpoints of TensorFlow
    /// 1, TensorFlow.js.
    /// </summary>
    Variables,
}
