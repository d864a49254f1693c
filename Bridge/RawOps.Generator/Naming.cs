using System.Text;

namespace TfLbfgs.RawOpsGenerator;

/// <summary>
/// The rule that makes C# names from the names of an op definition: <c>transpose_a</c> is the parameter <c>transposeA</c> and the property
/// <c>TransposeA</c>,
/// <c>DstT</c> is <c>dstT</c>, <c>OUT_TYPE</c> is <c>outType</c>. Ops keep their names.
/// </summary>
internal static class Naming
{
    private static readonly HashSet<string> Keywords =
    [
        "abstract", "as", "base", "bool", "break", "byte", "case", "catch", "char", "checked", "class", "const", "continue", "decimal",
            "default", "delegate", "do", "double",
        "else", "enum", "event", "explicit", "extern", "false", "finally", "fixed", "float", "for", "foreach", "goto", "if", "implicit",
            "in", "int", "interface", "internal",
        "is", "lock", "long", "namespace", "new", "null", "object", "operator", "out", "override", "params", "private", "protected",
            "public", "readonly", "ref", "return",
        "sbyte", "sealed", "short", "sizeof", "stackalloc", "static", "string", "struct", "switch", "this", "throw", "true", "try",
            "typeof", "uint", "ulong", "unchecked",
        "unsafe", "ushort", "using", "virtual", "void", "volatile", "while",
    ];

    /// <summary>The parameter for an input or attribute, without the escape that <see cref="Escape"/> adds.</summary>
    public static string Parameter(string definitionName)
    {
        string pascal = Property(definitionName);
        return char.ToLowerInvariant(pascal[0]) + pascal[1..];
    }

    /// <summary>The property of an outputs record for an output.</summary>
    public static string Property(string definitionName)
    {
        var name = new StringBuilder();
        foreach (string word in definitionName.Split('_', StringSplitOptions.RemoveEmptyEntries))
        {
            bool shouted = word.Length > 1 && word.All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c));
            string rest = word[1..];
            name.Append(char.ToUpperInvariant(word[0])).Append(shouted ? rest.ToLowerInvariant() : rest);
        }

        return name.ToString();
    }

    /// <summary>Writes an identifier so that the compiler takes it as a name: C#'s keywords get an <c>@</c>.</summary>
    public static string Escape(string identifier) => Keywords.Contains(identifier) ? "@" + identifier : identifier;
}
